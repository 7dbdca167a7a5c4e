package dev.nerium.error;

import java.util.Objects;
import java.util.stream.Stream;

/** The root cause of a failure. */
public final class RootCause {
    private RootCause() {}

    /** The message of the last cause. */
    public static String message(Throwable failure) {
        return chain(failure).map(Throwable::getMessage).map(String::valueOf).reduce("", (_, last) -> last);
    }

    /** The failure, its cause, the cause of that, and so on. */
    public static Stream<Throwable> chain(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }
}
