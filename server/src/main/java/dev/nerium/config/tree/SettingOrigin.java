package dev.nerium.config.tree;

import java.util.Locale;

/**
 * Where the value of a setting comes from.
 *
 * @param source the file, variable or option; empty for a default
 */
public record SettingOrigin(Kind kind, String source) {
    static final SettingOrigin DEFAULT = new SettingOrigin(Kind.DEFAULT, "");

    /** The sources; a later one replaces the values of those before it. */
    public enum Kind {
        DEFAULT,
        FILE,
        ENVIRONMENT,
        COMMAND_LINE;

        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    public static SettingOrigin file(String path) {
        return new SettingOrigin(Kind.FILE, path);
    }

    static SettingOrigin variable(String name) {
        return new SettingOrigin(Kind.ENVIRONMENT, name);
    }

    public static SettingOrigin commandLine() {
        return new SettingOrigin(Kind.COMMAND_LINE, "the command line");
    }
}
