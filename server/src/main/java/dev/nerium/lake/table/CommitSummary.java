package dev.nerium.lake.table;

import java.util.Map;
import org.apache.iceberg.Snapshot;

/**
 * The summary of one commit.
 *
 * @param operation {@code append}, {@code overwrite}, {@code replace} or {@code delete}
 * @param summary as the table specification names the metrics (appendix F)
 */
public record CommitSummary(long snapshotId, long sequenceNumber, String operation, Map<String, String> summary) {
    public CommitSummary {
        summary = Map.copyOf(summary);
    }

    static CommitSummary of(Snapshot snapshot) {
        return new CommitSummary(
                snapshot.snapshotId(), snapshot.sequenceNumber(), snapshot.operation(), snapshot.summary());
    }
}
