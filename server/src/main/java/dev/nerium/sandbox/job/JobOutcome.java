package dev.nerium.sandbox.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.config.ByteSize;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.write.StagedResult;
import dev.nerium.run.ColumnLineage;
import dev.nerium.run.RunFacts.Note;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** The outcome of a job. */
public sealed interface JobOutcome {
    /**
     * It worked.
     *
     * @param shape the header of the worker's result, not yet checked
     * @param parts of the rows, one after the other
     * @param staged for the destination
     * @param lineage of the columns, where the worker could follow them
     * @param notes on the plan
     * @param deterministic whether the job has the same result each time it reads the same snapshots, as its worker says
     * @param task for a cluster, where the job was to write one: the result has no rows then
     */
    record Completed(
            JsonNode shape,
            List<ResultPart> parts,
            StagedResult staged,
            Optional<ColumnLineage> lineage,
            List<Note> notes,
            boolean deterministic,
            Optional<ClusterTask> task)
            implements JobOutcome {
        public Completed {
            parts = List.copyOf(parts);
            notes = List.copyOf(notes);
        }
    }

    /**
     * It was planned, and not executed.
     *
     * @param plan Polars' optimised plan, as text
     * @param graph the nodes of the streaming engine, in DOT
     * @param lineage of the columns, where the worker could follow them
     * @param notes on the plan
     */
    record Explained(
            List<String> columns,
            List<String> dtypes,
            String plan,
            String graph,
            Optional<ColumnLineage> lineage,
            List<Note> notes)
            implements JobOutcome {
        public Explained {
            columns = List.copyOf(columns);
            dtypes = List.copyOf(dtypes);
            notes = List.copyOf(notes);
        }

        /** The same with the texts of its plan changed. */
        public Explained without(UnaryOperator<String> secrets) {
            return new Explained(columns, dtypes, secrets.apply(plan), secrets.apply(graph), lineage, notes);
        }
    }

    /** The user's code or file failed. */
    record UserFailed(FailureKind kind, String error, String details, OptionalInt line, Optional<String> hint)
            implements JobOutcome {}

    /** The server refused a request of the worker, such as a destination that the result does not fit. */
    record Refused(NeriumException reason) implements JobOutcome {}

    record OutOfMemory(ByteSize limit) implements JobOutcome {}

    record TimedOut(TimeLimit limit) implements JobOutcome {}

    /** Its files on disk exceeded one of these limits. */
    record OutOfDisk(ByteSize bytes, int files) implements JobOutcome {}

    record Cancelled() implements JobOutcome {}

    /** The worker's process ended without an answer. */
    record Crashed(String reason) implements JobOutcome {}

    /** The worker broke the protocol, or left files that it may not leave. */
    record ProtocolBroken(String reason) implements JobOutcome {}

    /** The failure that a worker reports. */
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
