package dev.nerium.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.ByteSize;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Prints the records of runs. */
public final class RunPrinter {
    private final Terminal shell;

    public RunPrinter(Terminal shell) {
        this.shell = shell;
    }

    public void list(JsonNode runs) {
        List<List<String>> rows = new ArrayList<>();
        runs.forEach(run -> rows.add(List.of(
                run.path("id").asText(),
                state(run),
                run.path("mode").asText(),
                time(run.path("queued_at")),
                seconds(run.path("duration")),
                run.path("row_count").asText(""),
                run.path("key").asText(),
                remark(run))));
        TextTable.of(List.of("run", "state", "mode", "queued", "took", "rows", "key", "to, or error"), rows)
                .print(shell.out(), shell.screen());
    }

    public void record(JsonNode run) {
        List<List<String>> lines = new ArrayList<>();
        line(lines, "run", run.path("id").asText());
        line(lines, "state", state(run));
        line(lines, "error", run.path("error").asText(""));
        line(lines, "mode", run.path("mode").asText());
        line(lines, "key", run.path("key").asText());
        line(lines, "queued", time(run.path("queued_at")));
        line(lines, "started", time(run.path("started_at")));
        line(lines, "ended", time(run.path("ended_at")));
        line(lines, "took", seconds(run.path("duration")));
        line(lines, "rows", run.path("row_count").asText(""));
        line(lines, "cache", run.path("cache").asText(""));
        line(lines, "read", read(run));
        run.path("inputs")
                .forEach(input -> line(
                        lines,
                        "input",
                        input.path("table").asText()
                                // Runs of other keys have no snapshots.
                                + (run.has("code")
                                        ? " at snapshot "
                                                + input.path("snapshot_id").asText("none")
                                        : "")));
        JsonNode output = run.path("output");
        if (output.isObject()) {
            line(
                    lines,
                    "output",
                    "%s at snapshot %s, %s rows"
                            .formatted(
                                    output.path("table").asText(),
                                    output.path("snapshot_id").asText("none"),
                                    output.path("rows").asText("?")));
        }
        if (run.has("provider")) {
            line(
                    lines,
                    "tier",
                    run.path("vcpus").asText() + " vcpus on "
                            + run.path("provider").asText());
        }
        line(lines, "cpu", seconds(run.path("cpu_seconds")));
        line(lines, "memory", bytes(run.path("peak_memory_bytes")));
        TextTable.of(List.of("", ""), lines).printBody(shell.out());
        run.path("details").asText("").lines().forEach(detail -> shell.out().println(" " + detail));
        shell.out().println();
        run.path("code").asText().lines().forEach(code -> shell.out().println("    " + code));
    }

    private static void line(List<List<String>> lines, String name, String text) {
        if (!text.isEmpty()) {
            lines.add(List.of(name, text));
        }
    }

    private static String state(JsonNode run) {
        int place = run.path("queue_position").asInt();
        return run.path("state").asText() + (place > 0 ? " (place " + place + ")" : "");
    }

    private static String remark(JsonNode run) {
        String error = run.path("error").asText("");
        return error.isEmpty() ? run.path("destination").asText("") : error;
    }

    private static String read(JsonNode run) {
        return run.path("rows_in").isNull() || run.path("rows_in").isMissingNode()
                ? ""
                : run.path("rows_in").asText() + " rows, " + bytes(run.path("bytes_in"));
    }

    private static String bytes(JsonNode count) {
        return count.isNumber() ? new ByteSize(count.asLong()).toString() : "";
    }

    private static String seconds(JsonNode number) {
        return number.isNumber() ? "%.3f s".formatted(number.asDouble()) : "";
    }

    private static String time(JsonNode text) {
        return text.isTextual()
                ? Instant.parse(text.asText()).truncatedTo(ChronoUnit.SECONDS).toString()
                : "";
    }
}
