package dev.nerium.cli.client;

import java.util.List;

/** A result: the names and the Polars types of its columns, and one list of cells per row. */
public record Rows(List<String> columns, List<String> types, List<List<Cell>> rows) {
    public Rows {
        columns = List.copyOf(columns);
        types = List.copyOf(types);
        rows = rows.stream().map(List::copyOf).toList();
    }

    public boolean isNumeric(int column) {
        return column < types.size() && types.get(column).matches("(UInt|Int|Float|Decimal).*");
    }
}
