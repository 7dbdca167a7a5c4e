package dev.nerium;

import dev.nerium.cli.Cli;
import dev.nerium.config.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.util.logging.LogManager;

/** Entry point. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
        try (InputStream in = Main.class.getResourceAsStream("/logging.properties")) {
            LogManager.getLogManager().readConfiguration(in);
        }
        System.exit(Cli.run(args, Environment.variables()));
    }
}
