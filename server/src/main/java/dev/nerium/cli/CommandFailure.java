package dev.nerium.cli;

/** A command can't do what it was asked; the texts are for the person who asked, and empty where there is none. */
final class CommandFailure extends RuntimeException {
    private final String details;
    private final String hint;

    CommandFailure(String message) {
        this(message, "", "");
    }

    CommandFailure(String message, String details, String hint) {
        super(message);
        this.details = details;
        this.hint = hint;
    }

    String details() {
        return details;
    }

    String hint() {
        return hint;
    }
}
