package dev.nerium.cli.shell;

/** A command failed; the texts are for its user, and empty if there is none. */
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
