package dev.nerium.sandbox.job;

import dev.nerium.lake.scan.MergeCandidates;
import dev.nerium.lake.scan.ScanPlan;
import dev.nerium.lake.write.WriteProperties;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Answers what a worker asks in the middle of a job. Called by one thread at a time. */
public interface WorkerCallbacks {
    /** A table that a script names, as the user wrote it. */
    TableDescription table(String name);

    /** The files that a scan must read. */
    ScanPlan plan(PlanRequest ask);

    /** Rows of a table, where its metadata says it exactly. */
    OptionalLong count(int handle);

    /** Whether a table of the run has this handle. */
    boolean hasTable(int handle);

    /**
     * Whether a table of the run has this column, or this field inside its structs.
     *
     * @param path the column's name, or a dotted path
     */
    boolean hasField(int handle, String path);

    /** How the result's files must be written; schema, partition spec and sort order in Iceberg's JSON. */
    record WriteOrder(
            String schemaJson,
            String specJson,
            String orderJson,
            WriteProperties settings,
            Optional<MergeOrder> merge) {}

    /**
     * What a merge compares.
     *
     * @param table the destination as it was when the run began; empty where it is new
     */
    record MergeOrder(List<String> keys, Optional<TableDescription> table) {
        public MergeOrder {
            keys = List.copyOf(keys);
        }
    }

    /**
     * The schema for the result's files.
     *
     * @param schemaJson Iceberg schema JSON of the result, its ids placeholders
     */
    WriteOrder write(String schemaJson);

    /**
     * The destination's files in which rows that a merge replaces may lie.
     *
     * @param filter Iceberg expression JSON
     */
    MergeCandidates candidates(Optional<String> filter);

    /** Hears how many rows the result has so far. */
    void progress(long rows);

    /** Ends what an answer waits for, from any thread: who asked is stopped. */
    void stop();

    List<String> namespaces();

    List<String> tables(String namespace);

    /** A table's metadata file. */
    record TableMetadata(String location, String json) {}

    TableMetadata metadata(String name);

    /** What a script asks of the catalog, as a request of Iceberg's REST protocol. */
    record CatalogRequest(String method, String path, Map<String, String> query, String body) {
        public CatalogRequest {
            query = Map.copyOf(query);
        }
    }

    /** @param json empty where there is nothing to say */
    record CatalogAnswer(int status, Optional<String> json) {}

    CatalogAnswer catalog(CatalogRequest request);
}
