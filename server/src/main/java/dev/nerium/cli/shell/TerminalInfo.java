package dev.nerium.cli.shell;

/**
 * The streams that are terminals, and the width of the terminal. The launcher detects them, because Java cannot check a single
 * stream.
 */
public record TerminalInfo(boolean showsOut, boolean showsErr, int columns) {
    public static final TerminalInfo NONE = new TerminalInfo(false, false, 0);

    /** Whether stdin of this process is a terminal. */
    public static boolean readsFromTerminal() {
        return Boolean.getBoolean("nerium.terminal.in");
    }

    static TerminalInfo ofProcess() {
        return new TerminalInfo(
                Boolean.getBoolean("nerium.terminal.out"),
                Boolean.getBoolean("nerium.terminal.err"),
                Integer.getInteger("nerium.terminal.columns", 80));
    }
}
