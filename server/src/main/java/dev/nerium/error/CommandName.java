package dev.nerium.error;

import java.util.regex.Pattern;

/**
 * The program as the user of this process called it, for messages with commands that can be given as they are. Its launcher
 * sets the property {@code nerium.command}.
 */
public final class CommandName {
    private static final String IN_A_CLONE = "./nerium";
    private static final String ON_THE_PATH = "nerium";
    private static final Pattern PLAIN = Pattern.compile("[\\w./+:@=,-]+");
    private static final String NAME = of(System.getProperty("nerium.command", IN_A_CLONE));

    private CommandName() {}

    public static String text() {
        return NAME;
    }

    /** The command with its words, such as {@code ./nerium runs list}. */
    public static String with(String words) {
        return NAME + " " + words;
    }

    /** For responses of a server: its clients may be on other machines, and learn no folder of the operator. */
    public static String forClients() {
        return forClients(NAME);
    }

    static String forClients(String name) {
        return name.equals(IN_A_CLONE) ? name : ON_THE_PATH;
    }

    /** A path that a shell would split is not shown. */
    static String of(String called) {
        return PLAIN.matcher(called).matches() ? called : ON_THE_PATH;
    }
}
