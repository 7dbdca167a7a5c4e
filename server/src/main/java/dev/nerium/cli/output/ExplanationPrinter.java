package dev.nerium.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.ByteSize;
import java.util.ArrayList;
import java.util.List;

/** Prints what a workload would do. */
public final class ExplanationPrinter {
    private final Terminal shell;

    public ExplanationPrinter(Terminal shell) {
        this.shell = shell;
    }

    public void print(JsonNode explanation) {
        scans(explanation.path("scans"));
        shell.out().println();
        explanation.path("plan").asText().lines().forEach(shell.out()::println);
        shell.out().println();
        columns(explanation);
        JsonNode advice = explanation.path("recommended");
        shell.out().flush();
        shell.err()
                .println("recommended: --vcpus %d (%s): %s"
                        .formatted(
                                advice.path("vcpus").asInt(),
                                bytes(advice.path("memory_bytes")),
                                advice.path("reason").asText()));
    }

    private void scans(JsonNode scans) {
        List<List<String>> rows = new ArrayList<>();
        scans.forEach(scan -> rows.add(List.of(
                scan.path("table").asText(),
                scan.path("snapshot_id").asText("none"),
                scan.path("files").asText(),
                scan.path("files_skipped").asText("?"),
                scan.path("rows").asText(),
                bytes(scan.path("bytes")),
                scan.path("filter").asText(""))));
        TextTable.of(List.of("table", "snapshot", "files", "skipped", "rows", "bytes", "filter"), rows)
                .print(shell.out(), shell.screen());
    }

    private void columns(JsonNode explanation) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < explanation.path("columns").size(); i++) {
            rows.add(List.of(
                    explanation.path("columns").path(i).asText(),
                    explanation.path("column_types").path(i).asText()));
        }
        TextTable.of(List.of("column", "type"), rows).print(shell.out(), shell.screen());
    }

    private static String bytes(JsonNode count) {
        return new ByteSize(count.asLong()).toString();
    }
}
