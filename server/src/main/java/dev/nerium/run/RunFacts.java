package dev.nerium.run;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The facts that were collected during a run, stored as one JSON text. Unknown facts are null.
 *
 * @param versions of the server, the worker and its libraries
 * @param inputs tables that it read, each pinned to a version
 * @param unread tables that it named and did not read, pinned likewise
 * @param output what it wrote
 * @param storedBytes of its result, if that is stored to be fetched later
 * @param columnLineage of its result
 * @param notes on its plan
 * @param phases microseconds by name, in the order of the run
 * @param cache outcome of the lookup in the result cache; null if there was none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunFacts(
        Map<String, String> versions,
        List<Input> inputs,
        List<Input> unread,
        List<Scan> scans,
        @Nullable Output output,
        @Nullable Long resultBytes,
        @Nullable Long storedBytes,
        @Nullable Long cpuMicros,
        @Nullable Long peakMemoryBytes,
        @Nullable ColumnLineage columnLineage,
        List<Note> notes,
        Map<String, Long> phases,
        @Nullable CacheOutcome cache) {
    public static final RunFacts NONE = new RunFacts(
            Map.of(), List.of(), List.of(), List.of(), null, null, null, null, null, null, List.of(), Map.of(), null);

    /**
     * @param table in full; for files outside of the lake, the paths as the user wrote them
     * @param snapshotId null where the table was empty, and for files
     * @param files number of files outside of the lake; null for a table
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Input(
            String table,
            @Nullable Long snapshotId,
            @Nullable Long files) {
        /** Whether it is not a table of the lake. */
        @JsonIgnore
        public boolean isOutside() {
            return files != null;
        }
    }

    /**
     * One question of Polars' for the files of a table, or one scan of files outside of the lake.
     *
     * @param files that had to be read
     * @param filesSkipped that the filter, or a limit, spared; null where the table does not say how many it has
     * @param columns that were read; none where all were
     * @param filter Iceberg expression JSON
     * @param manifestsSkipped by their own statistics
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Scan(
            String table,
            @Nullable Long snapshotId,
            long files,
            @Nullable Long filesSkipped,
            long rows,
            long bytes,
            @Nullable Long largestBytes,
            @Nullable Long bytesSkipped,
            @Nullable List<String> columns,
            @Nullable String filter,
            @Nullable Long manifestsScanned,
            @Nullable Long manifestsSkipped,
            long planningMicros) {}

    /**
     * The table that a run wrote.
     *
     * @param write how it was written; null in records of older versions
     * @param change what became of the table besides new rows; null for none, and in records of older versions
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Output(
            String table,
            @Nullable Long snapshotId,
            long rows,
            long bytes,
            @Nullable Write write,
            @Nullable TableChange change) {}

    /**
     * The handling of rows that the destination had.
     *
     * @param mode {@code overwrite}, {@code append} or {@code merge}
     * @param keys of a merge
     * @param baseSnapshotId the version that it began with, in which a merge looks for keys; null if it had no rows
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Write(
            String mode, List<String> keys, @Nullable Long baseSnapshotId) {
        public Write {
            keys = List.copyOf(keys);
        }
    }

    /** A change of a whole table. */
    public enum TableChange {
        /** The run created the table. */
        CREATE,
        /** The run replaced all rows of the table. */
        OVERWRITE,
        /** The run took all rows of the table away. */
        TRUNCATE
    }

    /**
     * A notable fact about the plan.
     *
     * @param table in full; empty where it is about no single one
     */
    public record Note(String kind, String detail, String table) {}

    public RunFacts {
        // Records of older versions have none.
        notes = notes == null ? List.of() : List.copyOf(notes);
        unread = unread == null ? List.of() : List.copyOf(unread);
        versions = new TreeMap<>(versions);
        inputs = List.copyOf(inputs);
        scans = List.copyOf(scans);
        phases = new java.util.LinkedHashMap<>(phases);
    }

    /** Whether the rows are those of an earlier run, so that nothing was executed. */
    public boolean isFromCache() {
        return cache == CacheOutcome.HIT;
    }

    /** Rows in the files that were read. */
    public long rowsIn() {
        return scans.stream().mapToLong(Scan::rows).sum();
    }

    public long bytesIn() {
        return scans.stream().mapToLong(Scan::bytes).sum();
    }

    /** Rows that were written to a table. */
    public long rowsOut() {
        return output == null ? 0 : output.rows();
    }

    public long bytesOut() {
        return output == null ? 0 : output.bytes();
    }
}
