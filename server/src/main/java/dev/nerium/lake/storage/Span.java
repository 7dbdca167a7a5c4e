package dev.nerium.lake.storage;

/** Bytes of a file, from {@code start} to before {@code end}. */
record Span(long start, long end) {
    Span {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("a span from " + start + " to " + end);
        }
    }

    long bytes() {
        return end - start;
    }

    boolean meets(Span other) {
        return start < other.end && other.start < end;
    }
}
