package dev.nerium.distributed;

import dev.nerium.lake.io.StorageCredentials;
import dev.nerium.lake.table.TableLocation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** The work of a cluster, and the destination of its rows. The submitter does not trust the parts that a worker wrote. */
public sealed interface Submission {
    UUID run();

    /**
     * For Spark.
     *
     * @param statement as a worker wrote it
     * @param tables by the names that they have in it
     * @param staging the folder of a staging table
     */
    record SqlSubmission(UUID run, String statement, Map<String, TableLocation> tables, String staging)
            implements Submission {
        public SqlSubmission {
            tables = new LinkedHashMap<>(tables);
        }
    }

    /**
     * For a cluster of Polars.
     *
     * @param root as a worker wrote it, packed
     * @param tables likewise, by handle
     * @param files by the names that they have in the plans
     * @param staging a folder of a store
     * @param wanted machines
     */
    record PlanSubmission(
            UUID run,
            String root,
            Map<Integer, String> tables,
            Map<String, StoredFile> files,
            StoredFile staging,
            ClusterSize wanted)
            implements Submission {
        public PlanSubmission {
            tables = new LinkedHashMap<>(tables);
            files = new LinkedHashMap<>(files);
        }
    }

    /** A file or a folder of a store, and what opens it. */
    record StoredFile(String location, StorageCredentials keys) {}
}
