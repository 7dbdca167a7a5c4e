package dev.nerium.cli.output;

import dev.nerium.cli.client.Cell;
import dev.nerium.cli.client.Rows;
import java.io.PrintStream;
import java.util.List;

/** Prints each row as a block that has a line for each column, as psql does with expanded display. Nothing is cut. */
final class ExpandedRows {
    private ExpandedRows() {}

    static void print(Rows rows, PrintStream out) {
        List<String> names = rows.columns().stream().map(TextTable::visible).toList();
        int width = names.stream().mapToInt(DisplayWidth::of).max().orElse(0);
        int number = 0;
        for (List<Cell> row : rows.rows()) {
            number++;
            out.println(head(number, width));
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(i);
                String padding = " ".repeat(width - DisplayWidth.of(name));
                out.println((" " + name + padding + " │ " + TextTable.text(row.get(i))).stripTrailing());
            }
        }
    }

    private static String head(int number, int width) {
        String head = "─[ row " + number + " ]";
        return head + "─".repeat(Math.max(0, width + 2 - head.length()));
    }
}
