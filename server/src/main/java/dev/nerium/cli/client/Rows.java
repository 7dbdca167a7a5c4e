package dev.nerium.cli.client;

import java.util.List;

/** A result: the names and the Polars types of its columns, and one list of cells per row. */
public record Rows(List<String> columns, List<String> types, List<List<Cell>> rows) {
    public Rows {
        columns = List.copyOf(columns);
        types = List.copyOf(types);
        rows = rows.stream().map(List::copyOf).toList();
    }

    /** The lines of a statement as rows, if the result is one statement, as that of SHOW CREATE TABLE. */
    public Rows linesOfStatement() {
        boolean isStatement = columns.equals(List.of("statement")) && rows.size() == 1;
        return isStatement && rows.getFirst().getFirst() instanceof Cell.Value(String text)
                ? new Rows(columns, types, text.lines().map(Rows::line).toList())
                : this;
    }

    /** The same with these many rows, or fewer. */
    public Rows first(int count) {
        return rows.size() <= count ? this : new Rows(columns, types, rows.subList(0, count));
    }

    private static List<Cell> line(String text) {
        return List.of(new Cell.Value(text));
    }

    public boolean isNumeric(int column) {
        return column < types.size() && types.get(column).matches("(UInt|Int|Float|Decimal).*");
    }
}
