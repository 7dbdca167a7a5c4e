package dev.nerium.result;

import java.io.IOException;

/** The worker's data is not a result: it violates the worker protocol or the Arrow format. */
public final class CorruptResultException extends IOException {
    public CorruptResultException(String message) {
        super(message);
    }

    public CorruptResultException(String message, Throwable cause) {
        super(message, cause);
    }
}
