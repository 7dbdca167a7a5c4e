package dev.nerium.cli.command;

import dev.nerium.cli.shell.ShutdownHook;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.Home;
import dev.nerium.config.NeriumConfig;
import dev.nerium.error.CommandName;
import dev.nerium.server.FirstKey;
import dev.nerium.server.Nerium;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a server until SIGTERM or Ctrl-C. */
@Command(
        name = "serve",
        description = {
            "Run a server until SIGTERM or Ctrl-C. Active runs may then finish.",
            "Exits with 1 if it can no longer listen; a supervisor should then restart it.",
            "All its data is in its home: tables, keys, runs, and the optional configuration file" + " nerium.yaml.",
            ""
        },
        footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} serve --home /srv/nerium --port 8080"})
public final class ServeCommand implements Callable<Integer> {
    private final Terminal shell;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Home of the server. Default: NERIUM_HOME, else the default home.")
    private Optional<Path> home = Optional.empty();

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port to listen on. Default: NERIUM_PORT, else the configuration's.")
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
        nerium.plainHttp().ifPresent(warning -> shell.err().println("warning: " + warning));
        nerium.firstKey().ifPresent(this::showFirstKey);
        shell.out().println("Nerium is ready on " + nerium.url());
        shell.flush();
        nerium.awaitFailure();
        shell.err()
                .println("error: The server no longer listens, perhaps because the process has no free file descriptor"
                        + " (ulimit -n). It exits; start it again.");
        shell.flush();
        return ShutdownHook.endsBadly(nerium::close);
    }

    /** Prints the path only: this output often goes to a log that more people may read. */
    private void showFirstKey(FirstKey key) {
        shell.err().println("The first key of this server, scope admin, is in a file that only its account can read:");
        shell.err().println();
        shell.err().println("    " + key.file());
        shell.err().println();
        shell.err().println("Store the key like a password, and delete the file: there is no other copy.");
        shell.err()
                .println("'" + CommandName.with("keys create NAME --scope read|write|admin") + "' creates more keys.");
        shell.flush();
    }
}
