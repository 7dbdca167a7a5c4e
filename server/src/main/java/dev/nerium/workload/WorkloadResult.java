package dev.nerium.workload;

import dev.nerium.compute.Placement;
import dev.nerium.lake.SaveMode;
import dev.nerium.lake.TableName;
import dev.nerium.result.ResultShape;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a workload gave.
 *
 * @param arrow rows, as an Arrow IPC stream that can be read once
 */
public record WorkloadResult(
        UUID run,
        ResultShape shape,
        InputStream arrow,
        Duration executionTime,
        Optional<Saved> saved,
        Placement placement,
        List<String> warnings) {

    /** Rows that were written to a table. */
    public record Saved(TableName table, long rowsWritten, SaveMode mode) {}

    public WorkloadResult {
        warnings = List.copyOf(warnings);
    }
}
