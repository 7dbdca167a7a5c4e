package dev.nerium.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Scope;
import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.ServerAccess;
import dev.nerium.cli.option.ServerOptions;
import dev.nerium.cli.output.TextTable;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The quotas of a server. */
@Command(
        name = "quotas",
        description = {
            "List, set and drop the quotas of keys and groups. Needs a key with the scope admin, or the account of the local"
                    + " server.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} quotas set key reports --concurrent-runs 4 --bytes-read-per-day 50GiB",
            "  ${ROOT-COMMAND-NAME} quotas set default --run-seconds-per-day 3600",
            "  ${ROOT-COMMAND-NAME} quotas drop group analysts"
        })
public final class QuotasCommand implements Runnable {
    private static final String PATH = "/api/v2/quotas";

    private final Terminal shell;

    private QuotasCommand(Terminal shell) {
        this.shell = shell;
    }

    public static CommandLine tree(Terminal shell) {
        return new CommandLine(new QuotasCommand(shell))
                .addSubcommand("list", new ListQuotas(shell))
                .addSubcommand("set", new SetQuota(shell))
                .addSubcommand("drop", new DropQuota(shell));
    }

    @Override
    public void run() {
        CommandLine.usage(this, shell.out());
    }

    @Command(name = "list", description = "List all quotas, one limit per line.", sortOptions = false)
    static final class ListQuotas implements Callable<Integer> {
        private final Terminal shell;

        @CommandLine.Mixin
        private ReportRequest report = new ReportRequest();

        private ListQuotas(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            return report.show(
                    shell,
                    PATH,
                    (_, quotas) -> TextTable.of(List.of("kind", "name", "limit", "value"), rows(quotas.path("quotas")))
                            .print(shell.out(), shell.screen()));
        }

        private static List<List<String>> rows(JsonNode quotas) {
            List<List<String>> rows = new ArrayList<>();
            for (JsonNode quota : quotas) {
                String name = quota.path("group").asText(quota.path("key").asText(""));
                for (Map.Entry<String, JsonNode> limit : quota.path("limits").properties()) {
                    rows.add(List.of(
                            quota.path("kind").asText(),
                            name,
                            limit.getKey(),
                            value(limit.getKey(), limit.getValue().asLong())));
                }
            }
            return rows;
        }

        private static String value(String limit, long value) {
            return limit.contains("bytes") ? new ByteSize(value).toString() : String.valueOf(value);
        }
    }

    @Command(
            name = "set",
            description = {"Set a quota. Limits that are not given are removed from it."},
            sortOptions = false)
    static final class SetQuota implements Callable<Integer> {
        private final Terminal shell;

        @CommandLine.Mixin
        private QuotaTarget target = new QuotaTarget();

        @Option(
                names = "--concurrent-runs",
                paramLabel = "N",
                description = "Runs at the same time, also those that wait for a worker.")
        private Optional<Long> runs = Optional.empty();

        @Option(
                names = "--queued-runs",
                paramLabel = "N",
                description = "Runs that wait for a worker at the same time.")
        private Optional<Long> queued = Optional.empty();

        @Option(names = "--concurrent-vcpus", paramLabel = "N", description = "The vcpus of the runs at the same time.")
        private Optional<Long> vcpus = Optional.empty();

        @Option(
                names = "--concurrent-memory",
                paramLabel = "SIZE",
                description = "The memory of the tiers of the runs at the same time, such as 16GiB.")
        private Optional<String> memory = Optional.empty();

        @Option(
                names = "--run-seconds-per-day",
                paramLabel = "N",
                description = "Seconds of all runs of a day (UTC), without their wait in the queue.")
        private Optional<Long> seconds = Optional.empty();

        @Option(
                names = "--bytes-read-per-day",
                paramLabel = "SIZE",
                description = "Bytes of data files that the runs of a day (UTC) read, such as 50GiB.")
        private Optional<String> bytesRead = Optional.empty();

        @Option(names = "--result-rows", paramLabel = "N", description = "Rows that one run returns.")
        private Optional<Long> resultRows = Optional.empty();

        @Option(names = "--result-bytes", paramLabel = "SIZE", description = "Bytes that one run returns, as Arrow.")
        private Optional<String> resultBytes = Optional.empty();

        @Option(
                names = "--stored-bytes",
                paramLabel = "SIZE",
                description = "Bytes of the stored results that have not expired.")
        private Optional<String> stored = Optional.empty();

        @CommandLine.Mixin
        private ServerOptions server = new ServerOptions();

        private SetQuota(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            ObjectNode limits = JsonNodeFactory.instance.objectNode();
            runs.ifPresent(value -> limits.put("concurrent_runs", value));
            queued.ifPresent(value -> limits.put("queued_runs", value));
            vcpus.ifPresent(value -> limits.put("concurrent_vcpus", value));
            memory.ifPresent(text -> limits.put("concurrent_memory_bytes", size("--concurrent-memory", text)));
            seconds.ifPresent(value -> limits.put("run_seconds_per_day", value));
            bytesRead.ifPresent(text -> limits.put("bytes_read_per_day", size("--bytes-read-per-day", text)));
            resultRows.ifPresent(value -> limits.put("result_rows", value));
            resultBytes.ifPresent(text -> limits.put("result_bytes", size("--result-bytes", text)));
            stored.ifPresent(text -> limits.put("stored_bytes", size("--stored-bytes", text)));
            try (ServerAccess access = server.open(shell.environment(), Scope.ADMIN)) {
                NeriumClient.text(new NeriumClient(access).put(PATH + target.path(), limits));
                shell.err().println("set the quota of " + target);
            }
            return 0;
        }

        private static long size(String option, String text) {
            try {
                return ByteSize.parse(text).bytes();
            } catch (IllegalArgumentException e) {
                throw new CliException(option + " is '" + text + "': expected a size such as 512MiB or 50GiB");
            }
        }
    }

    @Command(name = "drop", description = "Drop a quota, with all of its limits.", sortOptions = false)
    static final class DropQuota implements Callable<Integer> {
        private final Terminal shell;

        @CommandLine.Mixin
        private QuotaTarget target = new QuotaTarget();

        @CommandLine.Mixin
        private ServerOptions server = new ServerOptions();

        private DropQuota(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            try (ServerAccess access = server.open(shell.environment(), Scope.ADMIN)) {
                NeriumClient.text(new NeriumClient(access).delete(PATH + target.path()));
                shell.err().println("dropped the quota of " + target);
            }
            return 0;
        }
    }
}
