package dev.nerium.cli.output;

import dev.nerium.cli.client.Cell;
import dev.nerium.cli.client.Rows;
import dev.nerium.cli.shell.TerminalInfo;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Prints rows as a table with aligned columns: names, types, then the rows. */
public final class TextTable {
    private static final int NARROWEST = 8;
    private static final String GAP = " │ ";

    private final List<List<String>> lines = new ArrayList<>();
    private final int headLines;
    private final boolean[] right;

    /**
     * @param heads the lines above the rule
     * @param right which columns are aligned to the right
     */
    private TextTable(List<List<String>> heads, List<List<String>> rows, boolean[] right) {
        this.headLines = heads.size();
        this.right = right;
        lines.addAll(heads);
        lines.addAll(rows);
    }

    static TextTable of(Rows rows) {
        int columns = rows.columns().size();
        boolean[] right = new boolean[columns];
        for (int i = 0; i < columns; i++) {
            right[i] = rows.isNumeric(i);
        }
        List<List<String>> heads = List.of(visible(rows.columns()), rows.types());
        return new TextTable(
                heads,
                rows.rows().stream()
                        .map(row -> row.stream().map(TextTable::text).toList())
                        .toList(),
                right);
    }

    public static TextTable of(List<String> head, List<List<String>> rows) {
        return new TextTable(
                List.of(head), rows.stream().map(TextTable::visible).toList(), new boolean[head.size()]);
    }

    /** Cuts long cells, as far as the table needs it to fit, only where a person looks at the stream. */
    public void print(PrintStream out, TerminalInfo screen) {
        if (right.length == 0) {
            return;
        }
        int[] widths = widths();
        if (screen.showsOut()) {
            fit(widths, screen.columns());
        }
        for (int i = 0; i < lines.size(); i++) {
            if (i == headLines) {
                out.println(rule(widths));
            }
            out.println(line(lines.get(i), widths));
        }
        if (lines.size() == headLines) {
            out.println(rule(widths));
        }
    }

    /** Prints only the rows, and cuts nothing. */
    void printBody(PrintStream out) {
        int[] widths = widths();
        lines.stream().skip(headLines).forEach(line -> out.println(line(line, widths)));
    }

    private int[] widths() {
        return IntStream.range(0, right.length)
                .map(column -> lines.stream()
                        .mapToInt(line -> DisplayWidth.of(line.get(column)))
                        .max()
                        .orElse(0))
                .toArray();
    }

    /** Lowers the widest columns together until the line fits, but none below what is readable. */
    private static void fit(int[] widths, int columns) {
        int available = columns - 2 - GAP.length() * (widths.length - 1);
        int cap = IntStream.of(widths).max().orElse(0);
        while (cap > NARROWEST && total(widths, cap) > available) {
            cap--;
        }
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.min(widths[i], cap);
        }
    }

    private static int total(int[] widths, int cap) {
        return IntStream.of(widths).map(width -> Math.min(width, cap)).sum();
    }

    private static String rule(int[] widths) {
        return "─"
                + String.join("─┼─", IntStream.of(widths).mapToObj("─"::repeat).toList())
                + "─";
    }

    private String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder(" ");
        for (int i = 0; i < widths.length; i++) {
            String cell = DisplayWidth.cut(cells.get(i), widths[i]);
            String padding = " ".repeat(widths[i] - DisplayWidth.of(cell));
            line.append(i == 0 ? "" : GAP).append(right[i] ? padding + cell : cell + padding);
        }
        return line.toString().stripTrailing();
    }

    static String text(Cell cell) {
        return switch (cell) {
            case Cell.Absent() -> "null";
            case Cell.Value(String text) -> visible(text);
        };
    }

    private static List<String> visible(List<String> texts) {
        return texts.stream().map(TextTable::visible).toList();
    }

    /** Data must not break the table's lines, nor steer the terminal. */
    static String visible(String text) {
        if (text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(point -> {
            switch (point) {
                case '\n' -> shown.append("\\n");
                case '\r' -> shown.append("\\r");
                case '\t' -> shown.append("\\t");
                default -> {
                    if (Character.isISOControl(point)) {
                        shown.append("\\u%04x".formatted(point));
                    } else {
                        shown.appendCodePoint(point);
                    }
                }
            }
        });
        return shown.toString();
    }
}
