package dev.nerium.error;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Recognises a full disk by the kernel's words (ENOSPC, EDQUOT) or SQLite's: Java has no type for it. */
public final class FullDisk {
    private static final List<String> WORDS = List.of("No space left on device", "Disk quota exceeded", "SQLITE_FULL");

    private FullDisk() {}

    public static boolean isCauseOf(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(cause -> isNamedIn(String.valueOf(cause.getMessage())));
    }

    public static boolean isNamedIn(String text) {
        return WORDS.stream().anyMatch(text::contains);
    }
}
