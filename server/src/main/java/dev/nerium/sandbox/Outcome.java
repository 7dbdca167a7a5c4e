package dev.nerium.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.config.ByteSize;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.Staged;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalInt;

/** How a job ended. */
public sealed interface Outcome {
    /**
     * It worked.
     *
     * @param shape the header of the worker's result, not yet checked
     * @param rows the Arrow IPC stream
     * @param staged for the destination
     */
    record Completed(JsonNode shape, Rows rows, Staged staged) implements Outcome {}

    /** What the user sent does not work. */
    record UserFailed(FailureKind kind, String error, String details, OptionalInt line, Optional<String> hint)
            implements Outcome {}

    /** The server itself refused what the run asked of it in the middle, such as a destination that the result does not fit. */
    record Refused(NeriumException reason) implements Outcome {}

    record OutOfMemory(ByteSize limit) implements Outcome {}

    record TimedOut(TimeLimit limit) implements Outcome {}

    /** What it left on disk was over one of these. */
    record OutOfDisk(ByteSize bytes, int files) implements Outcome {}

    record Cancelled() implements Outcome {}

    /** The worker died, or broke the protocol. */
    record Crashed(String reason) implements Outcome {}

    /** Rows that can be opened while the lease lasts, and read after it. */
    @FunctionalInterface
    interface Rows {
        InputStream open() throws IOException;
    }

    /** What a worker says of a failure. */
    enum FailureKind {
        SQL,
        SCRIPT,
        RESULT,
        LIMIT,
        ENGINE,
        LOAD,
        WORKER
    }
}
