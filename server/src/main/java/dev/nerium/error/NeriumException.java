package dev.nerium.error;

import java.util.Optional;

/** The one exception that reaches a client: a code, a short sentence, and what the engine or the validator said. */
public final class NeriumException extends RuntimeException {
    private final ErrorCode code;
    private final String details;

    public NeriumException(ErrorCode code, String message) {
        this(code, message, "");
    }

    public NeriumException(ErrorCode code, String message, String details) {
        super(message);
        this.code = code;
        this.details = details;
    }

    public NeriumException(ErrorCode code, String message, String details, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.details = details;
    }

    public static NeriumException invalid(String message) {
        return new NeriumException(ErrorCode.INVALID_REQUEST, message);
    }

    public ErrorCode code() {
        return code;
    }

    public String message() {
        return String.valueOf(getMessage());
    }

    public Optional<String> details() {
        return details.isEmpty() ? Optional.empty() : Optional.of(details);
    }
}
