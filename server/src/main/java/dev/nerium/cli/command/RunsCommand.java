package dev.nerium.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Scope;
import dev.nerium.cli.client.EventStreamReader;
import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.ServerAccess;
import dev.nerium.cli.client.UrlPart;
import dev.nerium.cli.client.WorkloadReply;
import dev.nerium.cli.option.OptionText;
import dev.nerium.cli.option.OutputOptions;
import dev.nerium.cli.option.ReportFormat;
import dev.nerium.cli.option.RunArgument;
import dev.nerium.cli.option.SaveModeOption;
import dev.nerium.cli.option.ServerOptions;
import dev.nerium.cli.option.TimeArgument;
import dev.nerium.cli.output.ExplanationPrinter;
import dev.nerium.cli.output.OutputFormat;
import dev.nerium.cli.output.RunPrinter;
import dev.nerium.cli.output.RunProgress;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.shell.ShutdownHook;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.error.CommandName;
import dev.nerium.run.RunIds;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists, shows, cancels and replays runs. */
@Command(
        name = "runs",
        description = {"List, show, cancel and replay runs; print their logs and rows.", ""},
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} runs list --state FAIL --since 1h",
            "  ${ROOT-COMMAND-NAME} runs show last",
            "  ${ROOT-COMMAND-NAME} runs logs 0192f4c8-0000-7 --follow",
            "  ${ROOT-COMMAND-NAME} runs replay 0192f4c8-0000-7000-8000-000000000000 --output rows.csv"
        })
public final class RunsCommand implements Runnable {
    private final Terminal shell;

    private RunsCommand(Terminal shell) {
        this.shell = shell;
    }

    public static CommandLine tree(Terminal shell) {
        return new CommandLine(new RunsCommand(shell))
                .addSubcommand("list", new ListRuns(shell))
                .addSubcommand("show", new Show(shell))
                .addSubcommand("logs", new Logs(shell))
                .addSubcommand("result", new FetchResult(shell))
                .addSubcommand("cancel", new Cancel(shell))
                .addSubcommand("replay", new Replay(shell));
    }

    @Override
    public void run() {
        CommandLine.usage(this, shell.out());
    }

    /** The run and its server. */
    static final class OneRun {
        @Spec(Spec.Target.MIXEE)
        private CommandSpec spec = CommandSpec.create();

        @Parameters(
                paramLabel = "RUN",
                description = "The run's id, the beginning of it, or 'last' for the last run of this key.")
        private String name = "";

        @Mixin
        private ServerOptions server = new ServerOptions();

        /** An account that may create keys of the local server may see the runs of all keys. */
        ServerAccess open(Terminal shell) {
            if (!RunArgument.isValid(name)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "RUN is '" + name + "': expected a run's id, the beginning of one, or last.");
            }
            return server.open(shell.environment(), Scope.ADMIN);
        }

        /** The path of the run in the API. */
        String path(NeriumClient client) {
            return RunArgument.RUNS + "/" + RunArgument.find(client, name);
        }
    }

    @Command(name = "list", sortOptions = false, description = "List runs, the newest first.")
    static final class ListRuns implements Callable<Integer> {
        private final Terminal shell;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Option(names = "--state", paramLabel = "STATE", description = "QUEUED, RUNNING, COMPLETE, FAIL or ABORT.")
        private Optional<String> state = Optional.empty();

        @Option(names = "--mode", paramLabel = "MODE", description = "query, script, load or compact.")
        private Optional<String> mode = Optional.empty();

        @Option(names = "--by", paramLabel = "NAME", description = "Only runs of the key with this name.")
        private Optional<String> by = Optional.empty();

        @Option(
                names = "--destination",
                paramLabel = "NAMESPACE.TABLE",
                description = "Only runs that wrote this table.")
        private Optional<String> destination = Optional.empty();

        @Option(
                names = "--since",
                paramLabel = "TIME",
                description =
                        "Only runs queued at this time or later: 90s, 45m, 12h or 30d ago, or such as 2026-11-01T12:00:00Z.")
        private Optional<String> since = Optional.empty();

        @Option(
                names = "--until",
                paramLabel = "TIME",
                description = "Only runs queued before this time, such as 1h or 2026-11-02T12:00:00Z.")
        private Optional<String> until = Optional.empty();

        @Option(
                names = "--limit",
                paramLabel = "N",
                description = "Maximum number of runs, up to 500. Default: ${DEFAULT-VALUE}.")
        private int limit = 20;

        @Option(names = "--format", paramLabel = "FORMAT", description = "table, or json (the API's records).")
        private ReportFormat format = ReportFormat.TABLE;

        @Mixin
        private ServerOptions server = new ServerOptions();

        private ListRuns(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            try (ServerAccess access = server.open(shell.environment(), Scope.ADMIN)) {
                JsonNode runs = json(new NeriumClient(access), RunArgument.RUNS + "?" + query());
                switch (format) {
                    case JSON -> shell.out().println(runs.path("runs"));
                    case TABLE -> new RunPrinter(shell).list(runs.path("runs"));
                }
                if (!runs.path("next").isNull()) {
                    shell.out().flush();
                    shell.err().println("there are more: --limit N, --since or --until");
                }
            }
            return 0;
        }

        private String query() {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("limit", Integer.toString(limit));
            state.ifPresent(text -> fields.put("state", text));
            mode.ifPresent(text -> fields.put("mode", text));
            by.ifPresent(text -> fields.put("key", text));
            destination.ifPresent(text -> fields.put("destination", text));
            since.ifPresent(text -> fields.put("since", time("--since", text)));
            until.ifPresent(text -> fields.put("until", time("--until", text)));
            return fields.entrySet().stream()
                    .map(field -> field.getKey() + "=" + UrlPart.of(field.getValue()))
                    .collect(Collectors.joining("&"));
        }

        private String time(String option, String text) {
            return OptionText.read(spec, () -> TimeArgument.instant(option, text, Clock.systemUTC()))
                    .toString();
        }
    }

    @Command(name = "show", sortOptions = false, description = "Show the record of a run.")
    static final class Show implements Callable<Integer> {
        private final Terminal shell;

        @Option(names = "--plan", description = "Show Polars' optimised plan instead.")
        private boolean plan;

        @Option(names = "--format", paramLabel = "FORMAT", description = "table, or json (the API's record).")
        private ReportFormat format = ReportFormat.TABLE;

        @Mixin
        private OneRun run = new OneRun();

        private Show(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            try (ServerAccess access = run.open(shell)) {
                NeriumClient client = new NeriumClient(access);
                JsonNode record = json(client, run.path(client) + (plan ? "/plan" : ""));
                if (format == ReportFormat.JSON) {
                    shell.out().println(record);
                } else if (plan) {
                    new ExplanationPrinter(shell).print(record);
                } else {
                    new RunPrinter(shell).record(record);
                }
            }
            return 0;
        }
    }

    @Command(name = "logs", sortOptions = false, description = "Print the log of a run.")
    static final class Logs implements Callable<Integer> {
        private final Terminal shell;

        @Option(
                names = {"-f", "--follow"},
                description = "Follow the log until the run ends.")
        private boolean follow;

        @Mixin
        private OneRun run = new OneRun();

        private Logs(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            try (ServerAccess access = run.open(shell)) {
                NeriumClient client = new NeriumClient(access);
                String path = run.path(client) + "/logs";
                if (follow) {
                    EventStreamReader.read(client.get(path + "?follow=true", "text/event-stream"), this::print);
                } else {
                    NeriumClient.copy(client.get(path, "text/plain"), shell.out());
                }
            } catch (IOException e) {
                throw NeriumClient.broken(e);
            }
            return 0;
        }

        private void print(String event, JsonNode data) {
            if (event.equals("log")) {
                shell.out().print(data.path("text").asText());
                shell.out().flush();
            }
        }
    }

    @Command(
            name = "result",
            sortOptions = false,
            description = "Print the stored rows of a run that was started with --detach.")
    static final class FetchResult implements Callable<Integer> {
        private final Terminal shell;

        @Option(
                names = "--page",
                paramLabel = "N",
                description =
                        "Print only this page of a large result, from 0 on. Default: all, or page 0 as table or json.")
        private Optional<Integer> page = Optional.empty();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Mixin
        private OneRun run = new OneRun();

        private FetchResult(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            OutputFormat format = output.format(shell);
            try (ServerAccess access = run.open(shell)) {
                NeriumClient client = new NeriumClient(access);
                String path = run.path(client) + "/result"
                        + page.map(number -> "?page=" + number).orElse("");
                if (format.isStreamed()) {
                    output.write(shell, format, () -> client.rows(path, format.mediaType()), () -> {});
                } else {
                    print(WorkloadReply.parse(NeriumClient.text(client.get(path, NeriumClient.JSON))), format);
                }
            }
            return 0;
        }

        private void print(WorkloadReply reply, OutputFormat format) {
            if (!reply.hasResults()) {
                throw new CliException(
                        "the run is " + reply.rest().path("state").asText(),
                        "",
                        "'" + CommandName.with("runs logs RUN --follow") + "' waits for its end.");
            }
            output.printer(shell, format).print(reply);
            int pages = reply.rest().path("pages").asInt(1);
            if (pages > 1) {
                shell.err().println("page %d of the pages 0 to %d".formatted(page.orElse(0), pages - 1));
            }
        }
    }

    @Command(name = "cancel", description = "Cancel a run.")
    static final class Cancel implements Callable<Integer> {
        private final Terminal shell;

        @Mixin
        private OneRun run = new OneRun();

        private Cancel(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            try (ServerAccess access = run.open(shell)) {
                NeriumClient client = new NeriumClient(access);
                JsonNode record = WorkloadReply.parse(NeriumClient.text(client.delete(run.path(client))))
                        .rest();
                String state = record.path("state").asText();
                shell.err().println(state.equals("ABORT") ? "cancelled" : "the run has already ended: " + state);
            }
            return 0;
        }
    }

    @Command(
            name = "replay",
            sortOptions = false,
            description = "Run the same code and params on the snapshots that the run read, and print the rows.")
    static final class Replay implements Callable<Integer> {
        private final Terminal shell;

        @Option(
                names = "--save",
                paramLabel = "NAMESPACE.TABLE",
                description = "Also write the rows to this table. Default: write no table, also if the run did.")
        private Optional<String> save = Optional.empty();

        @Option(names = "--save-mode", paramLabel = "MODE", description = "overwrite, append or merge.")
        private SaveModeOption saveMode = SaveModeOption.OVERWRITE;

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Mixin
        private OneRun run = new OneRun();

        private Replay(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            OutputFormat format = output.format(shell);
            UUID again = new RunIds(Clock.systemUTC()).next();
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            save.ifPresent(table -> body.put("destination", table).put("saveMode", saveMode.text()));
            try (ServerAccess access = run.open(shell)) {
                NeriumClient client = new NeriumClient(access);
                String path = run.path(client) + "/replay";
                try (ShutdownHook _ = ShutdownHook.during(() -> client.cancel(again));
                        RunProgress progress = RunProgress.of(again, client, shell)) {
                    if (format.isStreamed()) {
                        output.write(
                                shell, format, () -> client.rows(path, body, again, format.mediaType()), progress::end);
                    } else {
                        String answer = NeriumClient.text(client.post(path, body, again, NeriumClient.JSON));
                        progress.end();
                        output.printer(shell, format).print(WorkloadReply.parse(answer));
                    }
                }
            }
            return 0;
        }
    }

    private static JsonNode json(NeriumClient client, String path) {
        return WorkloadReply.parse(NeriumClient.text(client.get(path, NeriumClient.JSON)))
                .rest();
    }
}
