package dev.nerium.cli;

import dev.nerium.config.NeriumConfig;
import dev.nerium.sandbox.SandboxCheck;
import dev.nerium.sandbox.SandboxCheck.Row;
import dev.nerium.sandbox.SandboxCheck.State;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The sandbox of this machine. */
@Command(
        name = "sandbox",
        description = {"Tells how well this machine can shut in what runs send.", ""},
        footer = {"", "Example:", "  ./nerium sandbox check --home /srv/nerium"})
final class SandboxCommand implements Runnable {
    private final Shell shell;

    private SandboxCommand(Shell shell) {
        this.shell = shell;
    }

    static CommandLine tree(Shell shell) {
        return new CommandLine(new SandboxCommand(shell)).addSubcommand("check", new Check(shell));
    }

    @Override
    public void run() {
        CommandLine.usage(this, shell.out());
    }

    @Command(
            name = "check",
            description = {
                "Starts a real sandbox by the configuration of a server, tries to get out of it and over its limits,"
                        + " and prints what is enforced.",
                "Ends with 1 where something is weaker or not enforced. A server may run meanwhile.",
                ""
            })
    static final class Check implements Callable<Integer> {
        private final Shell shell;

        @Mixin
        private HomeOption home = new HomeOption();

        private Check(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws IOException {
            NeriumConfig config = home.config(shell);
            try (SandboxCheck check = SandboxCheck.prepare(config)) {
                List<Row> rows = check.run();
                TextTable.of(
                                List.of("property", "state", "evidence"),
                                rows.stream().map(Check::cells).toList())
                        .print(shell.out(), shell.screen());
                return rows.stream().allMatch(row -> row.state() == State.ENFORCED) ? 0 : 1;
            }
        }

        private static List<String> cells(Row row) {
            return List.of(row.property(), row.state().text(), row.evidence());
        }
    }
}
