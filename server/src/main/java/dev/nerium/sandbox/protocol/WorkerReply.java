package dev.nerium.sandbox.protocol;

import dev.nerium.run.ColumnLineage;
import dev.nerium.run.RunFacts.Note;
import dev.nerium.sandbox.job.JobOutcome;
import java.util.List;
import java.util.Optional;

/** The final message of a worker for a job. */
public sealed interface WorkerReply {
    /** The worker's {@code result} message; its files are not yet claimed. */
    record Result(Frame frame, Optional<ColumnLineage> lineage, List<Note> notes) implements WorkerReply {}

    /** The worker's {@code explained} message, of a job that was not executed. */
    record Explained(Frame frame, Optional<ColumnLineage> lineage, List<Note> notes) implements WorkerReply {}

    /** It did not work, and the worker lives. */
    record Failed(JobOutcome outcome) implements WorkerReply {}

    /** The worker is dead. */
    record Died(JobOutcome outcome) implements WorkerReply {}
}
