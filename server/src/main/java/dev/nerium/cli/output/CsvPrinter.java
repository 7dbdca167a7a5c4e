package dev.nerium.cli.output;

import dev.nerium.cli.client.Cell;
import dev.nerium.cli.client.Rows;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;

/** Writes rows as CSV (RFC 4180, lines end with a newline). Null is nothing between the commas, an empty string is "". */
final class CsvPrinter {
    private CsvPrinter() {}

    static void print(Rows rows, PrintStream out) {
        out.print(rows.columns().stream().map(CsvPrinter::quote).collect(Collectors.joining(",", "", "\n")));
        for (List<Cell> row : rows.rows()) {
            out.print(row.stream().map(CsvPrinter::field).collect(Collectors.joining(",", "", "\n")));
        }
    }

    private static String field(Cell cell) {
        return switch (cell) {
            case Cell.Absent() -> "";
            case Cell.Value(String text) -> quote(text);
        };
    }

    private static String quote(String text) {
        boolean plain = !text.isEmpty() && text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
