package dev.nerium.cli.command;

import dev.nerium.cli.option.HomeOption;
import dev.nerium.cli.output.TextTable;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.NeriumConfig;
import dev.nerium.distributed.Submitter;
import dev.nerium.error.NeriumException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The engine beyond this machine. */
@Command(
        name = "distributed",
        description = {"Check the connection to the distributed engine.", ""},
        footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} distributed check --home /srv/nerium"})
public final class DistributedCommand implements Runnable {
    private final Terminal shell;

    private DistributedCommand(Terminal shell) {
        this.shell = shell;
    }

    public static CommandLine tree(Terminal shell) {
        return new CommandLine(new DistributedCommand(shell)).addSubcommand("check", new CheckEngine(shell));
    }

    @Override
    public void run() {
        CommandLine.usage(this, shell.out());
    }

    @Command(
            name = "check",
            description = {
                "Request the version of the engine in a server's configuration.",
                "Exits with 1 if no engine is configured, or if it does not respond. A server may run at the same time.",
                ""
            })
    static final class CheckEngine implements Callable<Integer> {
        private final Terminal shell;

        @Mixin
        private HomeOption home = new HomeOption();

        private CheckEngine(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            NeriumConfig config = home.config(shell);
            Optional<Submitter> engine = Submitter.of(config);
            if (engine.isEmpty()) {
                return report(config, "none", "distributed.backend is none", 1);
            }
            try (Submitter submitter = engine.get()) {
                return report(config, "ready", submitter.probe(), 0);
            } catch (NeriumException e) {
                return report(config, "unavailable", e.details().orElse(e.message()), 1);
            }
        }

        private int report(NeriumConfig config, String state, String evidence, int status) {
            TextTable.of(
                            List.of("backend", "state", "evidence"),
                            List.of(List.of(config.distributed().backend().text(), state, evidence)))
                    .print(shell.out(), shell.screen());
            return status;
        }
    }
}
