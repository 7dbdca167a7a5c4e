package dev.nerium.workload.request;

import dev.nerium.run.RunFacts;
import dev.nerium.sandbox.job.JobOutcome.Explained;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * The explanation of a workload.
 *
 * @param facts tables at their snapshots, and what of them would be read
 */
public record Explanation(
        UUID run,
        Explained plan,
        RunFacts facts,
        TierAdvice advice,
        Duration executionTime,
        Placement placement,
        List<String> warnings) {
    public Explanation {
        warnings = List.copyOf(warnings);
    }
}
