package dev.nerium.cli.command;

import dev.nerium.cli.option.HomeOption;
import dev.nerium.cli.output.TextTable;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.NeriumConfig;
import dev.nerium.sandbox.isolation.SandboxCheck;
import dev.nerium.sandbox.isolation.SandboxCheck.CheckRow;
import dev.nerium.sandbox.isolation.SandboxCheck.CheckState;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The sandbox of this machine. */
@Command(
        name = "sandbox",
        description = {"Check sandbox isolation on this machine.", ""},
        footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} sandbox check --home /srv/nerium"})
public final class SandboxCommand implements Runnable {
    private final Terminal shell;

    private SandboxCommand(Terminal shell) {
        this.shell = shell;
    }

    public static CommandLine tree(Terminal shell) {
        return new CommandLine(new SandboxCommand(shell)).addSubcommand("check", new CheckSandbox(shell));
    }

    @Override
    public void run() {
        CommandLine.usage(this, shell.out());
    }

    @Command(
            name = "check",
            description = {
                "Start a sandbox with the configuration of a server, try to escape from it and to exceed its limits,"
                        + " and print which limits are enforced.",
                "Exits with 1 if a limit is weaker or not enforced. A server may run at the same time.",
                ""
            })
    static final class CheckSandbox implements Callable<Integer> {
        private final Terminal shell;

        @Mixin
        private HomeOption home = new HomeOption();

        private CheckSandbox(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws IOException {
            NeriumConfig config = home.config(shell);
            try (SandboxCheck check = SandboxCheck.prepare(config)) {
                List<CheckRow> rows = check.run();
                TextTable.of(
                                List.of("property", "state", "evidence"),
                                rows.stream().map(CheckSandbox::cells).toList())
                        .print(shell.out(), shell.screen());
                return rows.stream().allMatch(row -> row.state() == CheckState.ENFORCED) ? 0 : 1;
            }
        }

        private static List<String> cells(CheckRow row) {
            return List.of(row.property(), row.state().text(), row.evidence());
        }
    }
}
