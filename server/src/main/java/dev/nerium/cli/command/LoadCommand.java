package dev.nerium.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.client.ClientTablePath;
import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.ServerAccess;
import dev.nerium.cli.client.Upload;
import dev.nerium.cli.client.UploadFormat;
import dev.nerium.cli.client.WorkloadReply;
import dev.nerium.cli.option.ReadOptions;
import dev.nerium.cli.option.ServerOptions;
import dev.nerium.cli.output.OutputFormat;
import dev.nerium.cli.output.ResultPrinter;
import dev.nerium.cli.output.SchemaPrinter;
import dev.nerium.cli.output.UploadProgress;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.shell.ShutdownHook;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.run.RunIds;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends files to a table, in one commit each, or in one for all. */
@Command(
        name = "load",
        description = {
            "Create a table from files, or add their rows to it. Each file is one commit, so that the files before one that"
                    + " fails are in the table; with --together, all files are one commit.",
            ""
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} load default.orders orders.parquet",
            "  ${ROOT-COMMAND-NAME} load default.orders 2025-*.csv --together",
            "  ${ROOT-COMMAND-NAME} load default.orders fresh.parquet --mode overwrite",
            "  ${ROOT-COMMAND-NAME} load default.orders orders.xlsx --sheet 2026",
            "  ${ROOT-COMMAND-NAME} load default.orders export.csv --preview --separator ';' --decimal-comma --type zip:string"
        })
public final class LoadCommand implements Callable<Integer> {
    private final Terminal shell;
    private final RunIds ids = new RunIds(Clock.systemUTC());

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            paramLabel = "NAMESPACE.TABLE",
            description =
                    "Namespace and table are created if they do not exist. NAMESPACE.TABLE@branch:NAME for a branch.")
    private String table = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "Files with the same columns.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description =
                    "append adds rows; overwrite replaces the table by the first file and appends the others. Default: append.")
    private Upload.UploadMode mode = Upload.UploadMode.APPEND;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "parquet, csv, tsv, ndjson, json, arrow, avro or excel. Default: by the suffix of each file.")
    private Optional<UploadFormat> format = Optional.empty();

    @Option(
            names = "--together",
            description = "Write all files in one commit, or none of them. They have one format, and the same columns.")
    private boolean together;

    @Option(
            names = "--preview",
            description = "Write nothing. Show each file's first rows, their types, and how the file is read.")
    private boolean preview;

    @Mixin
    private ReadOptions reading = new ReadOptions();

    @Option(names = "--catalog", paramLabel = "NAME", description = "The table's catalog. Default: ${DEFAULT-VALUE}.")
    private String catalog = "oleander";

    @Mixin
    private ServerOptions server = new ServerOptions();

    public LoadCommand(Terminal shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        TableBranch name = TableBranch.parse(table, "the table", catalog);
        List<Upload> uploads = uploads();
        try (ServerAccess access = server.open(shell.environment())) {
            NeriumClient client = new NeriumClient(access);
            String path = ClientTablePath.of("v1", name.name());
            boolean showsSchema =
                    !preview && name.isMain() && (mode == Upload.UploadMode.OVERWRITE || !client.exists(path));
            for (Upload upload : uploads) {
                send(upload, name, client, access);
            }
            if (showsSchema) {
                new SchemaPrinter(shell)
                        .print(WorkloadReply.parse(NeriumClient.text(client.get(path, NeriumClient.JSON)))
                                .rest()
                                .path("table"));
            }
        }
        return 0;
    }

    /** Every file is looked at before the first is sent. */
    private List<Upload> uploads() {
        List<Upload> uploads = new ArrayList<>();
        for (Path file : files) {
            if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                throw new CliException("there is no readable file " + file);
            }
            if (size(file) == 0) {
                throw new CliException(file + " is empty");
            }
            UploadFormat known = format.or(() -> UploadFormat.of(file)).orElseThrow(() -> unknownFormat(file));
            uploads.add(new Upload(List.of(file), known, uploads.isEmpty() ? mode : Upload.UploadMode.APPEND));
        }
        return together ? List.of(together(uploads)) : uploads;
    }

    private Upload together(List<Upload> uploads) {
        UploadFormat first = uploads.getFirst().format();
        for (Upload upload : uploads) {
            if (upload.format() != first) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--together takes files of one format: " + upload.name() + " is "
                                + upload.format().name().toLowerCase(Locale.ROOT) + ", and "
                                + uploads.getFirst().name() + " is "
                                + first.name().toLowerCase(Locale.ROOT) + ".");
            }
        }
        return new Upload(files, first, mode);
    }

    private void send(Upload upload, TableBranch name, NeriumClient client, ServerAccess access) {
        UUID run = ids.next();
        UploadProgress progress = new UploadProgress(
                upload.name(), sizes(upload).stream().mapToLong(Long::longValue).sum(), shell);
        try (ShutdownHook _ = ShutdownHook.during(() -> cancel(run, client, access))) {
            String answer = NeriumClient.text(client.upload(
                    upload.mode().method(),
                    ClientTablePath.of("v1", name.name()) + reading.query(name, sizes(upload), preview),
                    upload.format().contentType(),
                    body(upload, progress),
                    run));
            progress.clear();
            if (preview) {
                WorkloadReply shown = WorkloadReply.parse(answer);
                shell.out().println(upload.name() + ": " + shown.rest().path("sniffed"));
                new ResultPrinter(shell, OutputFormat.TABLE).print(shown);
            } else {
                report(upload, WorkloadReply.parse(answer).rest(), progress);
            }
        } catch (CliException e) {
            progress.clear();
            throw new CliException(upload.name() + ": " + e.getMessage(), e.details(), e.hint());
        }
    }

    private void report(Upload upload, JsonNode answer, UploadProgress progress) {
        JsonNode saved = answer.path("saved");
        shell.out()
                .println("%s: %d rows %s %s (%s)"
                        .formatted(
                                upload.name(),
                                saved.path("rows_written").asLong(),
                                upload.mode() == Upload.UploadMode.APPEND ? "appended to" : "replaced those of",
                                saved.path("table").asText(table),
                                progress.summary()));
        shell.flush();
    }

    private void cancel(UUID run, NeriumClient client, ServerAccess access) {
        client.cancel(run);
        access.close();
        shell.err().println();
        shell.err().println("cancelled; files that were reported before this one are in the table");
        shell.err().flush();
    }

    /** The files follow each other. */
    private static BodyPublisher body(Upload upload, UploadProgress progress) {
        long size = sizes(upload).stream().mapToLong(Long::longValue).sum();
        // With its length known in advance, a server can refuse a body that is too large before it is sent.
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> progress.count(new SequenceInputStream(Collections.enumeration(
                        upload.files().stream().map(LoadCommand::open).toList())))),
                size);
    }

    private static List<Long> sizes(Upload upload) {
        return upload.files().stream().map(LoadCommand::size).toList();
    }

    private static InputStream open(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new CliException(file + " can't be read", String.valueOf(e.getMessage()), "");
        }
    }

    private ParameterException unknownFormat(Path file) {
        return new ParameterException(
                spec.commandLine(),
                "the suffix of " + file
                        + " names no known format: give --format parquet, csv, tsv, ndjson, json, arrow, avro or excel.");
    }
}
