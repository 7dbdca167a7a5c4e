package dev.nerium.result;

import java.io.IOException;

/** A batch would fit the limit, but other results hold the memory now: the same request may succeed later. */
public final class ResultMemoryException extends IOException {
    public ResultMemoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
