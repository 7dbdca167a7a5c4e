package dev.nerium.sandbox.daytona;

import java.io.IOException;

/** A request to Daytona failed. The message contains no key. */
public final class DaytonaException extends IOException {
    private final int status;

    DaytonaException(String message, int status) {
        super(message);
        this.status = status;
    }

    DaytonaException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
    }

    /** The HTTP status, or 0 if there was no response. */
    int status() {
        return status;
    }
}
