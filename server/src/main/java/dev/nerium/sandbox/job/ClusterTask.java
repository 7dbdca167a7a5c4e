package dev.nerium.sandbox.job;

import java.util.LinkedHashMap;
import java.util.Map;

/** The work of a cluster, as the worker wrote it: not trusted. */
public sealed interface ClusterTask {
    /** The kind of cluster that a worker writes for. */
    enum Kind {
        SPARK,
        POLARS
    }

    /**
     * For Spark.
     *
     * @param sql one SELECT
     * @param tables handles of the run's tables, by the names that they have in it
     * @param schemaJson Iceberg schema JSON of its rows
     */
    record Statement(String sql, Map<String, Integer> tables, String schemaJson) implements ClusterTask {
        public Statement {
            tables = new LinkedHashMap<>(tables);
        }
    }

    /**
     * For a cluster of Polars, packed texts.
     *
     * @param root of the rows, with names where it reads tables
     * @param tables of each table that it reads, by handle, with the names that plans have for files elsewhere
     */
    record Plans(String root, Map<Integer, String> tables) implements ClusterTask {
        public Plans {
            tables = new LinkedHashMap<>(tables);
        }
    }
}
