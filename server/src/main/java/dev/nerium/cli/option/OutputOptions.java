package dev.nerium.cli.option;

import dev.nerium.cli.client.ReceivedRows;
import dev.nerium.cli.output.OutputFormat;
import dev.nerium.cli.output.ResultPrinter;
import dev.nerium.cli.output.RowsOutput;
import dev.nerium.cli.shell.ShutdownHook;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.cli.statement.Statement;
import dev.nerium.cli.workload.StatementRunner;
import dev.nerium.cli.workload.WorkloadCall;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that prints the rows of a result. */
public final class OutputOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "table, expanded (a line for each column), json (the API's 'results'), csv, ndjson, parquet or arrow (an IPC stream). Default: by the suffix of"
                            + " --output, else table. Results of more than 100,000 rows need one of the last four.")
    private Optional<OutputFormat> format = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Write the rows to this file: .csv, .ndjson, .jsonl, .parquet or .arrow. It is replaced when all"
                            + " rows are there.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--max-rows",
            paramLabel = "N",
            description = "Show only the first N rows of a table on the screen. Default: all.")
    private Optional<Integer> maxRows = Optional.empty();

    public boolean hasFile() {
        return file.isPresent();
    }

    public OutputFormat format(Terminal shell) {
        OutputFormat chosen = format.or(() -> file.map(this::bySuffix)).orElse(OutputFormat.TABLE);
        if (maxRows.isPresent() && !chosen.isForPeople()) {
            throw misuse("--max-rows is for --format table and expanded: write LIMIT in the statement.");
        }
        if (maxRows.isPresent() && maxRows.get() < 0) {
            throw misuse("--max-rows is " + maxRows.get() + ": expected 0 or more.");
        }
        if (file.isPresent() && !chosen.isStreamed()) {
            throw misuse("--output takes --format csv, ndjson, parquet or arrow.");
        }
        if (file.isEmpty() && chosen.isBinary() && shell.screen().showsOut()) {
            throw misuse("--format " + chosen.name().toLowerCase(Locale.ROOT)
                    + " writes bytes that no terminal can show: send them to a file with --output FILE.");
        }
        return chosen;
    }

    /** How many rows of a result are shown in a format for people. */
    public int maxRows() {
        return maxRows.orElse(Integer.MAX_VALUE);
    }

    /** Prints results that are not streamed. */
    public ResultPrinter printer(Terminal shell, OutputFormat chosen) {
        return new ResultPrinter(shell, chosen, maxRows());
    }

    /**
     * Writes rows that the server streams to the file, or to stdout.
     *
     * @param request is sent when the file can be written
     * @param begin is called before the first row is written
     */
    public void write(Terminal shell, OutputFormat chosen, Supplier<ReceivedRows> request, Runnable begin) {
        try (RowsOutput out = RowsOutput.open(shell, chosen, file);
                ShutdownHook _ = ShutdownHook.during(out::close)) {
            ReceivedRows rows = request.get();
            begin.run();
            out.receive(rows);
        }
    }

    /** Executes a statement, and prints its rows. */
    public void print(
            Terminal shell, OutputFormat chosen, Statement statement, StatementRunner runner, WorkloadCall call) {
        if (chosen.isStreamed()) {
            runner.stream(
                    statement, call, chosen.mediaType(), (request, begin) -> write(shell, chosen, request, begin));
        } else {
            printer(shell, chosen).print(runner.reply(statement, call));
        }
    }

    private OutputFormat bySuffix(Path output) {
        return OutputFormat.of(output)
                .orElseThrow(() -> misuse("the suffix of " + output
                        + " names no known format: give --format csv, ndjson, parquet or arrow."));
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
