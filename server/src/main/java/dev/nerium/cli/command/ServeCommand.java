package dev.nerium.cli.command;

import dev.nerium.cli.shell.ShutdownHook;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.Home;
import dev.nerium.config.NeriumConfig;
import dev.nerium.server.FirstKey;
import dev.nerium.server.Nerium;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a server until it is told to end. */
@Command(
        name = "serve",
        description = {
            "Runs a server until SIGTERM or Ctrl-C, which let running work finish.",
            "Ends with 1 where it can't listen any more; a supervisor should start it again then.",
            "Everything that it keeps lies below its home: tables, keys, runs, and nerium.yaml, the configuration file,"
                    + " where there is one.",
            ""
        },
        footer = {"", "Example:", "  ./nerium serve --home /srv/nerium --port 8080"})
public final class ServeCommand implements Callable<Integer> {
    private final Terminal shell;

    @Option(names = "--home", paramLabel = "DIR", description = "Default: NERIUM_HOME, else the usual place.")
    private Optional<Path> home = Optional.empty();

    @Option(names = "--port", paramLabel = "N", description = "Default: NERIUM_PORT, else the configuration's.")
    private Optional<Integer> port = Optional.empty();

    public ServeCommand(Terminal shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> overrides =
                port.map(number -> Map.of("http.port", number.toString())).orElse(Map.of());
        Path folder = Home.find(home, shell.environment());
        Nerium nerium = Nerium.start(NeriumConfig.load(folder, overrides, shell.environment()));
        ShutdownHook.endsWell(nerium::close);
        nerium.weaknesses().forEach(weakness -> shell.err().println("warning: " + weakness));
        nerium.firstKey().ifPresent(this::showFirstKey);
        shell.out().println("Nerium is ready on " + nerium.url());
        shell.flush();
        nerium.awaitFailure();
        shell.err()
                .println("error: The server no longer listens, perhaps because the process has no free file descriptor"
                        + " (ulimit -n). It ends; start it again.");
        shell.flush();
        return ShutdownHook.endsBadly(nerium::close);
    }

    /** What is printed here often ends in a log, which more people may read. */
    private void showFirstKey(FirstKey key) {
        shell.err().println("The first key of this server, scope admin, is in a file that only its account can read:");
        shell.err().println();
        shell.err().println("    " + key.file());
        shell.err().println();
        shell.err().println("Keep the key where you keep passwords, and delete the file: nothing else has it.");
        shell.err().println("'./nerium keys create NAME --scope read|write|admin' makes others.");
        shell.flush();
    }
}
