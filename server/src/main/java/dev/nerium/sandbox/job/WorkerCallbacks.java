package dev.nerium.sandbox.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.command.CommandResult;
import dev.nerium.lake.command.ViewText;
import dev.nerium.lake.scan.MergeCandidates;
import dev.nerium.lake.scan.ScanPlan;
import dev.nerium.lake.write.WriteProperties;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Handles the requests that a worker sends while it executes a job. A request that a job does not need is refused. Called by one
 * thread at a time.
 */
public interface WorkerCallbacks {
    /** For a job that needs no tables. */
    WorkerCallbacks NONE = new WorkerCallbacks() {};

    /** A table that a script names, as the user wrote it. */
    default TableDescription table(String name) {
        throw unsupported();
    }

    /** The files that a scan must read. */
    default ScanPlan plan(PlanRequest ask) {
        throw unsupported();
    }

    /**
     * The files outside of the lake that a statement reads.
     *
     * @param function by which the user reads them
     * @param paths as the user wrote them
     */
    default OutsideFiles files(String function, List<String> paths) {
        throw unsupported();
    }

    /**
     * Called before the plan of the run reads such files.
     *
     * @param filter Iceberg expression JSON
     * @param columns empty for all
     */
    default void read(int handle, Optional<String> filter, Optional<List<String>> columns) {
        throw unsupported();
    }

    /** Number of rows of a table, if its metadata has the exact number. */
    default OptionalLong count(int handle) {
        throw unsupported();
    }

    /** Whether a table of the run has this handle. */
    default boolean hasTable(int handle) {
        return false;
    }

    /**
     * Whether a table of the run has this column, or this field inside its structs.
     *
     * @param path the column's name, or a dotted path
     */
    default boolean hasField(int handle, String path) {
        return false;
    }

    /** The full name of a table of the run. */
    default String nameOf(int handle) {
        throw unsupported();
    }

    /**
     * The table that the statement of the job writes to, before anything else of it is planned.
     *
     * @param table as the user wrote it
     * @param layout partitioning, sort order and properties of a new table, not yet checked
     */
    record ChangeRequest(String table, ChangeKind kind, boolean ifNotExists, Optional<JsonNode> layout) {}

    /** The effect of a statement on the rows that a table has. */
    enum ChangeKind {
        /** Adds rows to a table that exists. */
        APPEND,
        /** Replaces the rows of a table that exists. */
        OVERWRITE,
        /** Makes a table, which must not exist. */
        CREATE,
        /** Makes a table, or replaces its rows and columns. */
        REPLACE,
        /** Takes rows of a table away that exists, and adds others. */
        ROWS,
        /** Takes all rows of a table away that exists. */
        TRUNCATE
    }

    /**
     * @param exists the table exists, and the statement does nothing for that
     * @param table as it is; empty where it is new
     */
    record ChangeTarget(boolean exists, Optional<TableDescription> table) {}

    /** Opens the table that a statement writes to. */
    default ChangeTarget change(ChangeRequest asked) {
        throw unsupported();
    }

    /** Executes a statement about metadata. */
    default CommandResult command(JsonNode message) {
        throw unsupported();
    }

    /** A view that the user wrote where tables are; empty if there is none of that name. */
    default Optional<ViewText> view(String name) {
        return Optional.empty();
    }

    /** Instructions for writing the result's files; schema, partition spec and sort order in Iceberg's JSON. */
    record WriteInstructions(
            String schemaJson,
            String specJson,
            String orderJson,
            WriteProperties settings,
            Optional<MergeInstructions> merge) {}

    /**
     * The comparison of a merge.
     *
     * @param table the destination as it was when the run began; empty where it is new
     */
    record MergeInstructions(List<String> keys, Optional<TableDescription> table) {
        public MergeInstructions {
            keys = List.copyOf(keys);
        }
    }

    /**
     * The schema for the result's files.
     *
     * @param schemaJson Iceberg schema JSON of the result, its ids placeholders
     */
    default WriteInstructions write(String schemaJson) {
        throw unsupported();
    }

    /**
     * The destination's files in which rows may lie that a merge replaces, or that a statement changes.
     *
     * @param filter Iceberg expression JSON
     * @param columns that a statement reads of them; empty for all
     */
    default MergeCandidates candidates(Optional<String> filter, Optional<List<String>> columns) {
        throw unsupported();
    }

    /** Called with the number of rows that the result has so far. */
    default void progress(long rows) {}

    /** Cancels the requests in progress, from any thread, because the worker is stopped. */
    default void stop() {}

    default List<String> namespaces() {
        throw unsupported();
    }

    default List<String> tables(String namespace) {
        throw unsupported();
    }

    /** A table's metadata file. */
    record TableMetadata(String location, String json) {}

    default TableMetadata metadata(String name) {
        throw unsupported();
    }

    /** Handles a catalog request of a script, in Iceberg's REST protocol. */
    record ScriptCatalogRequest(String method, String path, Map<String, String> query, String body) {
        public ScriptCatalogRequest {
            query = Map.copyOf(query);
        }
    }

    /** @param json empty where there is nothing to say */
    record ScriptCatalogResponse(int status, Optional<String> json) {}

    default ScriptCatalogResponse catalog(ScriptCatalogRequest request) {
        throw unsupported();
    }

    private static NeriumException unsupported() {
        return NeriumException.invalid("This job cannot use other tables or the catalog.");
    }
}
