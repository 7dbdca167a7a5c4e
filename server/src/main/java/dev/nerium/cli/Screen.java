package dev.nerium.cli;

/**
 * Which streams a person looks at, and how wide the terminal is. The launcher tells, because Java can't ask about one stream
 * alone.
 */
record Screen(boolean showsOut, boolean showsErr, int columns) {
    static final Screen NONE = new Screen(false, false, 0);

    static Screen ofProcess() {
        return new Screen(
                Boolean.getBoolean("nerium.terminal.out"),
                Boolean.getBoolean("nerium.terminal.err"),
                Integer.getInteger("nerium.terminal.columns", 80));
    }
}
