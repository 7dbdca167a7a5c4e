package dev.nerium.cli.command;

import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.Home;
import dev.nerium.config.NeriumConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a server on this machine keeps what is its own. */
final class HomeOption {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "The server's home. Default: NERIUM_HOME, else the usual place.")
    private Optional<Path> home = Optional.empty();

    Path find(Terminal shell) {
        return Home.find(home, shell.environment());
    }

    /** As a server with that home has it. */
    NeriumConfig config(Terminal shell) {
        return NeriumConfig.load(find(shell), Map.of(), shell.environment());
    }
}
