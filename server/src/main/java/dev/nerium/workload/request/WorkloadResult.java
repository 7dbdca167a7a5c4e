package dev.nerium.workload.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.result.ResultShape;
import dev.nerium.run.CacheOutcome;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The result of a workload.
 *
 * @param arrow rows, as an Arrow IPC stream that can be read once
 * @param cache outcome of the lookup in the result cache; empty if there was none
 * @param sniffed of an uploaded file that was only looked at, how it was read
 */
public record WorkloadResult(
        UUID run,
        ResultShape shape,
        InputStream arrow,
        Duration executionTime,
        Optional<Saved> saved,
        Placement placement,
        List<String> warnings,
        Optional<CacheOutcome> cache,
        Optional<JsonNode> sniffed) {

    /**
     * Rows that were written to a table.
     *
     * @param rowsUpdated those that replaced others, where the mode is to merge, or a statement changed rows
     * @param rowsDeleted rows that a statement took away, and that have no new version
     * @param mode as the API writes it
     */
    public record Saved(
            TableBranch table, long rowsWritten, OptionalLong rowsUpdated, OptionalLong rowsDeleted, String mode) {}

    public WorkloadResult {
        warnings = List.copyOf(warnings);
    }

    /** Rows of the result, or those that a statement changed. */
    public long rowCount() {
        return shape.rows()
                + saved.map(Saved::rowsDeleted).orElse(OptionalLong.empty()).orElse(0);
    }
}
