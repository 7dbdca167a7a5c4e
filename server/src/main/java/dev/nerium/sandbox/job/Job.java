package dev.nerium.sandbox.job;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One job for a worker.
 *
 * @param tables by alias, and those that the text is known to name by their full names
 * @param destination full name of the table that the result is written to
 * @param explain plan the job without executing it
 * @param lineage whether the worker reports column lineage
 * @param distributed kind of cluster for which the worker writes a task, without reading data
 * @param loadSchema Iceberg schema JSON of the table that an uploaded file is added to
 * @param plans that the worker would request; empty if it has to request all of them
 */
public record Job(
        UUID run,
        Work work,
        String catalog,
        Map<String, TableDescription> tables,
        Optional<String> destination,
        ResultLimits limits,
        boolean explain,
        boolean lineage,
        Optional<ClusterTask.Kind> distributed,
        Optional<String> loadSchema,
        List<PreparedPlan> plans) {
    /**
     * @param maxRows maximum number of rows of a returned result
     * @param maxBytes maximum size of a returned result
     * @param pages size of the pages of a large result; empty for one stream
     */
    public record ResultLimits(long maxRows, long maxBytes, Overflow overflow, Optional<Pages> pages) {
        public ResultLimits(long maxRows, long maxBytes, Overflow overflow) {
            this(maxRows, maxBytes, overflow, Optional.empty());
        }

        /** The same with other maximums. */
        public ResultLimits within(long rows, long bytes) {
            return new ResultLimits(rows, bytes, overflow, pages);
        }
    }

    /**
     * @param rows of each page but the last
     * @param bytes a page that has more of them has fewer rows
     */
    public record Pages(long rows, long bytes) {}

    /** The handling of a result over the limits. */
    public enum Overflow {
        FAIL,
        TRUNCATE
    }

    public Job {
        tables = new LinkedHashMap<>(tables);
        plans = List.copyOf(plans);
    }

    /** The same of which the lineage is known. */
    public Job withoutLineage() {
        return new Job(run, work, catalog, tables, destination, limits, explain, false, distributed, loadSchema, plans);
    }

    /** The same with further tables. */
    public Job withTables(Map<String, TableDescription> more) {
        if (more.isEmpty()) {
            return this;
        }
        Map<String, TableDescription> all = new LinkedHashMap<>(more);
        all.putAll(tables);
        return new Job(run, work, catalog, all, destination, limits, explain, lineage, distributed, loadSchema, plans);
    }

    /** The same, whose result its statement writes to that table. */
    public Job to(String table) {
        return new Job(
                run,
                work,
                catalog,
                tables,
                Optional.of(table),
                limits,
                explain,
                lineage,
                distributed,
                loadSchema,
                plans);
    }

    /** The same with plans, so that the worker need not request them. */
    public Job withPlans(List<PreparedPlan> prepared) {
        return new Job(
                run, work, catalog, tables, destination, limits, explain, lineage, distributed, loadSchema, prepared);
    }
}
