package dev.nerium.config;

import java.util.Map;

/** The variables of this process: the one place that reads them. */
public final class Environment {
    private Environment() {}

    public static Map<String, String> variables() {
        return System.getenv();
    }
}
