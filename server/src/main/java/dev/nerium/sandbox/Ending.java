package dev.nerium.sandbox;

import java.util.List;
import java.util.Optional;

/** How a worker's side of a job ended. */
sealed interface Ending {
    /** The worker's {@code result} message; its files are not yet claimed. */
    record Result(Frame frame, Optional<ColumnLineage> lineage, List<PlanNote> notes) implements Ending {}

    /** The worker's {@code explained} message, of a job that was not executed. */
    record Explained(Frame frame, Optional<ColumnLineage> lineage, List<PlanNote> notes) implements Ending {}

    /** It did not work, and the worker lives. */
    record Failed(Outcome outcome) implements Ending {}

    /** The worker is dead. */
    record Died(Outcome outcome) implements Ending {}
}
