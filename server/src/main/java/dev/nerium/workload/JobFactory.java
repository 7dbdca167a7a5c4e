package dev.nerium.workload;

import dev.nerium.config.ResultsConfig;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.name.TableReference;
import dev.nerium.quota.RunQuota;
import dev.nerium.sandbox.job.ClusterTask;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.Job.Overflow;
import dev.nerium.sandbox.job.Job.Pages;
import dev.nerium.sandbox.job.Job.ResultLimits;
import dev.nerium.sandbox.job.TableDescription;
import dev.nerium.sandbox.job.Work;
import dev.nerium.workload.request.ComputeTarget;
import dev.nerium.workload.request.WorkloadRequest;
import dev.nerium.workload.tables.NamedTables;
import dev.nerium.workload.tables.RunTables;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a worker's job of a request: every table is found and pinned, the destination may be written. Thread-safe. */
public final class JobFactory {
    private static final Logger LOG = LoggerFactory.getLogger(JobFactory.class);

    /** Rows in the preview of an upload. */
    private static final int PREVIEWED_ROWS = 100;

    private final ResultsConfig limits;
    private final Optional<ClusterTask.Kind> cluster;
    private final NamedTables named = new NamedTables();

    /** @param cluster what workers write for, of runs that are distributed */
    public JobFactory(ResultsConfig limits, Optional<ClusterTask.Kind> cluster) {
        this.limits = limits;
        this.cluster = cluster;
    }

    /** Pins every table of the request. */
    Job resolve(StartedRun started, RunTables host) {
        long resolving = System.nanoTime();
        Job job = job(started.run().quota(), started.request(), host).withTables(named(started, host));
        started.statistics().phase("resolve", resolving);
        if (!(started.request().work() instanceof Work.Query query && query.mayWrite())) {
            started.run().resolved();
        }
        return job;
    }

    /** The tables that the text of the request is known to name, as far as they exist; the worker requests the others. */
    private Map<String, TableDescription> named(StartedRun started, RunTables host) {
        Map<String, TableDescription> tables = new LinkedHashMap<>();
        for (TableReference name : named.find(started.principal(), started.request())) {
            try {
                tables.put(name.toString(), host.table(name));
            } catch (NeriumException e) {
                LOG.debug("The table {} of an earlier run can't be read", name, e);
            }
        }
        return tables;
    }

    /** Remembers the tables that the worker found in the text of the request. */
    void learn(StartedRun started, RunTables host) {
        named.record(started.principal(), started.request(), host);
    }

    private Job job(RunQuota quota, WorkloadRequest request, RunTables host) {
        host.requireCatalog(request.catalog());
        Map<String, TableDescription> tables = new LinkedHashMap<>();
        request.tables().forEach((alias, name) -> tables.put(alias, host.table(name)));
        return new Job(
                quota.id(),
                request.work(),
                request.catalog(),
                tables,
                request.options().explain() ? Optional.empty() : request.target(),
                within(quota, limits(request)),
                request.options().explain(),
                true,
                cluster.filter(_ -> request.compute() instanceof ComputeTarget.Cluster),
                types(request, host),
                List.of());
    }

    /** Iceberg schema JSON of the table whose types an uploaded file is read with. */
    private Optional<String> types(WorkloadRequest request, RunTables host) {
        return request.work() instanceof Work.Load load ? load.typesOf().flatMap(host::schemaOf) : Optional.empty();
    }

    /** The job that brings back what a cluster wrote for another. */
    Job gather(Job translated, Work.Gather work, StartedRun started) {
        return new Job(
                translated.run(),
                work,
                translated.catalog(),
                Map.of(),
                Optional.empty(),
                within(started.run().quota(), limits(started.request())),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /** A result that was written comes back as a preview; one that was not comes back whole, or not at all. */
    private ResultLimits limits(WorkloadRequest request) {
        long bytes = limits.inlineBytes().bytes();
        if (request.destination().isPresent()) {
            return new ResultLimits(limits.previewRows(), bytes, Overflow.TRUNCATE);
        }
        if (request.work() instanceof Work.Load) {
            return new ResultLimits(PREVIEWED_ROWS, bytes, Overflow.TRUNCATE);
        }
        return switch (request.options().delivery()) {
            case INLINE -> new ResultLimits(limits.inlineRows(), bytes, Overflow.FAIL);
            // All parts of a stream are open at once: a few large ones.
            case STREAM -> inParts(Long.MAX_VALUE);
            case PAGES -> inParts(limits.pageRows());
        };
    }

    /** The quota of a key limits what a run returns, and not what it writes. */
    private static ResultLimits within(RunQuota quota, ResultLimits limits) {
        return limits.overflow() == Overflow.FAIL
                ? limits.within(quota.maxRows(limits.maxRows()), quota.maxBytes(limits.maxBytes()))
                : limits;
    }

    private ResultLimits inParts(long rows) {
        return new ResultLimits(
                Long.MAX_VALUE,
                limits.maxBytes().bytes(),
                Overflow.FAIL,
                Optional.of(new Pages(rows, limits.pageBytes().bytes())));
    }
}
