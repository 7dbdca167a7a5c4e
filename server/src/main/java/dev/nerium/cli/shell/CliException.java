package dev.nerium.cli.shell;

/** A command can't do what it was asked; the texts are for the person who asked, and empty where there is none. */
public final class CliException extends RuntimeException {
    private final String details;
    private final String hint;

    public CliException(String message) {
        this(message, "", "");
    }

    public CliException(String message, String details, String hint) {
        super(message);
        this.details = details;
        this.hint = hint;
    }

    public String details() {
        return details;
    }

    public String hint() {
        return hint;
    }
}
