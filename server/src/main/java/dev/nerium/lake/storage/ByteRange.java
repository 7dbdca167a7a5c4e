package dev.nerium.lake.storage;

/** Bytes of a file, from {@code start} to before {@code end}. */
record ByteRange(long start, long end) {
    ByteRange {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("a span from " + start + " to " + end);
        }
    }

    long bytes() {
        return end - start;
    }

    boolean meets(ByteRange other) {
        return start < other.end && other.start < end;
    }
}
