package dev.nerium.sandbox.daytona;

import java.io.IOException;

/** Daytona did not do what it was asked. The message holds no key. */
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

    /** Of HTTP, or 0 where there was no answer. */
    int status() {
        return status;
    }
}
