package dev.nerium.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.ByteSize;
import java.util.List;

/** Prints the status of a server. */
public final class StatusPrinter {
    private final Terminal shell;

    public StatusPrinter(Terminal shell) {
        this.shell = shell;
    }

    public void print(JsonNode status) {
        JsonNode runs = status.path("runs");
        JsonNode workers = status.path("workers");
        JsonNode disk = status.path("disk");
        TextTable.of(
                        List.of("", ""),
                        List.of(
                                List.of("version", status.path("version").asText()),
                                List.of("started", status.path("started_at").asText()),
                                List.of(
                                        "runs",
                                        "%d running, %d queued"
                                                .formatted(number(runs, "running"), number(runs, "queued"))),
                                List.of(
                                        "workers",
                                        "%d busy, %d new, %d reusable"
                                                .formatted(
                                                        number(workers, "busy"),
                                                        number(workers, "new"),
                                                        number(workers, "reusable"))),
                                List.of("disk", size(disk, "free_bytes") + " free of " + size(disk, "total_bytes")),
                                List.of("data", size(disk, "data_bytes")),
                                List.of("results", size(disk, "results_bytes")),
                                List.of("telemetry", size(disk, "telemetry_bytes"))))
                .printBody(shell.out());
    }

    private static long number(JsonNode object, String field) {
        return object.path(field).asLong();
    }

    private static String size(JsonNode object, String field) {
        return new ByteSize(number(object, field)).toString();
    }
}
