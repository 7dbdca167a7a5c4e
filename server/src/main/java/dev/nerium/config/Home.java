package dev.nerium.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Finds the folder under which a server keeps everything. */
public final class Home {
    private Home() {}

    /** The flag wins, then {@code NERIUM_HOME}, then the usual place of the account. */
    public static Path find(Optional<Path> flag, Map<String, String> environment) {
        flag.filter(path -> path.toString().isEmpty()).ifPresent(path -> {
            throw new ConfigException("--home is empty: set it to the server's folder, or omit the option.");
        });
        // An empty variable is one that is not set.
        return flag.or(() -> Optional.ofNullable(environment.get("NERIUM_HOME"))
                        .filter(text -> !text.isEmpty())
                        .map(Path::of))
                .orElseGet(() -> usual(environment))
                .toAbsolutePath()
                .normalize();
    }

    private static Path usual(Map<String, String> environment) {
        if ("root".equals(System.getProperty("user.name"))) {
            return Path.of("/var/lib/nerium");
        }
        return Optional.ofNullable(environment.get("XDG_DATA_HOME"))
                .map(Path::of)
                .orElseGet(() -> Path.of(userHome(environment), ".local", "share"))
                .resolve("nerium");
    }

    private static String userHome(Map<String, String> environment) {
        return environment.getOrDefault("HOME", System.getProperty("user.home"));
    }
}
