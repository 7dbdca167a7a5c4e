package dev.nerium.cli.option;

import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.Home;
import dev.nerium.config.NeriumConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The home of a server on this machine. */
public final class HomeOption {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Home of the server. Default: NERIUM_HOME, else the default home.")
    private Optional<Path> home = Optional.empty();

    /** The home of the demo, below the usual home. */
    public static Path ofDemo(Path usual) {
        return usual.resolve("demo");
    }

    public Path find(Terminal shell) {
        return Home.find(home, shell.environment());
    }

    /** As a server with that home has it. */
    public NeriumConfig config(Terminal shell) {
        return NeriumConfig.load(find(shell), Map.of(), shell.environment());
    }
}
