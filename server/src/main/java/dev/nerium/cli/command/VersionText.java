package dev.nerium.cli.command;

import dev.nerium.cli.client.ServerVersion;
import dev.nerium.cli.option.ServerOptions;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.Build;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.IVersionProvider;

/** The version of the command line, and that of the server if it responds at once. */
public record VersionText(Terminal shell) implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return Stream.concat(
                        Stream.of("nerium " + Build.read().version()),
                        server().stream().map(server -> "server " + server.version() + " at " + server.url()))
                .toArray(String[]::new);
    }

    private Optional<ServerVersion> server() {
        try {
            return new ServerOptions().version(shell.environment());
        } catch (CliException e) {
            // A server that can't be used is reported by the commands that need one.
            return Optional.empty();
        }
    }
}
