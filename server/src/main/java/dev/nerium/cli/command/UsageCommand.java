package dev.nerium.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.client.UrlPart;
import dev.nerium.cli.output.TextTable;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what the runs of keys used. */
@Command(
        name = "usage",
        description = {
            "Show what the runs of each day (UTC) used, by key: your own, or those of all keys with a key of the scope admin.",
            ""
        },
        sortOptions = false,
        footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} usage --since 2026-11-01 --until 2026-12-01 reports"})
public final class UsageCommand implements Callable<Integer> {
    private final Terminal shell;

    @Option(names = "--since", paramLabel = "DAY", description = "First day, such as 2026-11-01. Default: 7 days ago.")
    private Optional<String> since = Optional.empty();

    @Option(names = "--until", paramLabel = "DAY", description = "The day after the last one. Default: tomorrow.")
    private Optional<String> until = Optional.empty();

    @Parameters(index = "0", arity = "0..1", paramLabel = "KEY", description = "Name or id of the only key.")
    private Optional<String> key = Optional.empty();

    @Mixin
    private ReportRequest report = new ReportRequest();

    public UsageCommand(Terminal shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        return report.show(shell, path(), (_, usage) -> print(usage.path("usage")));
    }

    private String path() {
        List<String> parameters = new ArrayList<>();
        since.ifPresent(day -> parameters.add("since=" + UrlPart.of(day)));
        until.ifPresent(day -> parameters.add("until=" + UrlPart.of(day)));
        key.ifPresent(name -> parameters.add("key=" + UrlPart.of(name)));
        return "/api/v2/usage" + (parameters.isEmpty() ? "" : "?" + String.join("&", parameters));
    }

    private void print(JsonNode days) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode day : days) {
            rows.add(List.of(
                    day.path("day").asText(),
                    day.path("key").asText(),
                    day.path("runs").asText(),
                    day.path("failed_runs").asText(),
                    seconds(day.path("run_seconds")),
                    seconds(day.path("cpu_seconds")),
                    size(day.path("bytes_read")),
                    day.path("rows_returned").asText(),
                    day.path("rows_written").asText(),
                    size(day.path("bytes_written")),
                    size(day.path("stored_bytes"))));
        }
        TextTable.of(
                        List.of(
                                "day",
                                "key",
                                "runs",
                                "failed",
                                "seconds",
                                "cpu seconds",
                                "read",
                                "rows returned",
                                "rows written",
                                "written",
                                "stored"),
                        rows)
                .print(shell.out(), shell.screen());
    }

    private static String seconds(JsonNode number) {
        return String.format(Locale.ROOT, "%.1f", number.asDouble());
    }

    private static String size(JsonNode bytes) {
        return new ByteSize(bytes.asLong()).toString();
    }
}
