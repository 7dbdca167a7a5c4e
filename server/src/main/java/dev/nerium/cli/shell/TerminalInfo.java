package dev.nerium.cli.shell;

/**
 * Which streams a person looks at, and how wide the terminal is. The launcher tells, because Java can't ask about one stream
 * alone.
 */
public record TerminalInfo(boolean showsOut, boolean showsErr, int columns) {
    public static final TerminalInfo NONE = new TerminalInfo(false, false, 0);

    static TerminalInfo ofProcess() {
        return new TerminalInfo(
                Boolean.getBoolean("nerium.terminal.out"),
                Boolean.getBoolean("nerium.terminal.err"),
                Integer.getInteger("nerium.terminal.columns", 80));
    }
}
