package dev.nerium.cli.client;

import dev.nerium.auth.Keys;
import dev.nerium.cli.shell.CliException;
import dev.nerium.config.Environment;
import dev.nerium.config.NeriumConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The keys in a home, for commands that run beside the server. */
public final class LocalKeys {
    private LocalKeys() {}

    public static Keys open(Path home) {
        try {
            return Keys.open(config(home));
        } catch (RuntimeException e) {
            throw new CliException(
                    "the keys in " + home + " can't be opened",
                    String.valueOf(e.getMessage()),
                    "use the account of the server, or set --home.");
        }
    }

    /** Opens the keys of a home; fails if it has no database of keys. */
    public static Keys openExisting(Path home) {
        if (config(home).store().url().isEmpty() && !Files.exists(home.resolve("state.db"))) {
            throw new CliException("there are no keys in " + home, "", "set the server's home with --home.");
        }
        return open(home);
    }

    private static NeriumConfig config(Path home) {
        return NeriumConfig.load(home, Map.of(), Environment.variables());
    }
}
