package dev.nerium.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.client.Rows;
import dev.nerium.cli.client.WorkloadReply;
import dev.nerium.cli.shell.Terminal;
import java.util.ArrayList;
import java.util.List;

/** Prints a response: the rows to stdout, everything about them to stderr. */
public final class ResultPrinter {
    private final Terminal shell;
    private final OutputFormat format;
    private final int maxRows;

    public ResultPrinter(Terminal shell, OutputFormat format) {
        this(shell, format, Integer.MAX_VALUE);
    }

    /** @param maxRows of a result that are shown in a format for people */
    public ResultPrinter(Terminal shell, OutputFormat format, int maxRows) {
        this.shell = shell;
        this.format = format;
        this.maxRows = maxRows;
    }

    public void print(WorkloadReply reply) {
        boolean all = !reply.hasResults() || results(reply);
        printFields(reply.rest(), reply.hasResults(), all ? "" : ", of which the first " + maxRows + " are shown");
    }

    /**
     * Prints what a response says beside its rows.
     *
     * @param hasRows whether it has rows, and be it none
     */
    void printFields(JsonNode fields, boolean hasRows) {
        printFields(fields, hasRows, "");
    }

    private void printFields(JsonNode fields, boolean hasRows, String shown) {
        shell.out().flush();
        fields.path("warnings").forEach(warning -> shell.err().println("warning: " + warning.asText()));
        shell.err().println(footer(fields, hasRows, shown));
    }

    /** Returns whether all rows of the response are printed. */
    private boolean results(WorkloadReply reply) {
        return switch (format) {
            case TABLE, EXPANDED -> printFirst(reply.rows());
            case JSON -> {
                shell.out().println(reply.results());
                yield true;
            }
            case CSV, NDJSON, PARQUET, ARROW -> throw new IllegalStateException(format + " is copied, not printed");
        };
    }

    private boolean printFirst(Rows rows) {
        Rows first = rows.first(maxRows);
        if (format == OutputFormat.EXPANDED) {
            ExpandedRows.print(first, shell.out());
        } else {
            TextTable.of(first.linesOfStatement()).print(shell.out(), shell.screen());
        }
        return first.rows().size() == rows.rows().size();
    }

    private static String footer(JsonNode reply, boolean hasRows, String shown) {
        List<String> parts = new ArrayList<>();
        parts.add(hasRows || reply.has("saved") ? rows(reply, shown) : "done");
        parts.add(reply.path("execution_time").asText(""));
        JsonNode saved = reply.path("saved");
        if (saved.isObject()) {
            parts.add("saved to %s (%s, %s)"
                    .formatted(
                            saved.path("table").asText(),
                            written(saved),
                            saved.path("mode").asText()));
        }
        String run = reply.path("run_id").asText("");
        parts.add(run.isEmpty() ? "" : "run " + run);
        parts.removeIf(String::isEmpty);
        return String.join(" · ", parts);
    }

    private static String rows(JsonNode reply, String shown) {
        boolean isPart = shown.isEmpty() && reply.path("results_truncated").asBoolean();
        return count(reply.path("row_count").asLong(0)) + (isPart ? ", of which the first are shown" : shown);
    }

    private static String written(JsonNode saved) {
        String rows = count(saved.path("rows_written").asLong());
        if (saved.has("rows_deleted")) {
            return "%d updated, %d deleted, %d inserted"
                    .formatted(
                            saved.path("rows_updated").asLong(),
                            saved.path("rows_deleted").asLong(),
                            saved.path("rows_inserted").asLong());
        }
        return saved.has("rows_updated")
                ? "%s, %d of them new"
                        .formatted(rows, saved.path("rows_inserted").asLong())
                : rows;
    }

    private static String count(long rows) {
        return rows == 1 ? "1 row" : rows + " rows";
    }
}
