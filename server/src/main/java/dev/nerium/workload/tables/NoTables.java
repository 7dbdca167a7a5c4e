package dev.nerium.workload.tables;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.scan.MergeCandidates;
import dev.nerium.lake.scan.ScanPlan;
import dev.nerium.sandbox.job.PlanRequest;
import dev.nerium.sandbox.job.TableDescription;
import dev.nerium.sandbox.job.WorkerCallbacks;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The host of a job that has nothing to ask. */
public enum NoTables implements WorkerCallbacks {
    INSTANCE;

    @Override
    public TableDescription table(String name) {
        throw nothing();
    }

    @Override
    public ScanPlan plan(PlanRequest ask) {
        throw nothing();
    }

    @Override
    public OptionalLong count(int handle) {
        throw nothing();
    }

    @Override
    public boolean hasTable(int handle) {
        return false;
    }

    @Override
    public boolean hasField(int handle, String path) {
        return false;
    }

    @Override
    public WriteOrder write(String schemaJson) {
        throw nothing();
    }

    @Override
    public MergeCandidates candidates(Optional<String> filter) {
        throw nothing();
    }

    @Override
    public void progress(long rows) {
        // Nobody follows it.
    }

    @Override
    public List<String> namespaces() {
        throw nothing();
    }

    @Override
    public List<String> tables(String namespace) {
        throw nothing();
    }

    @Override
    public TableMetadata metadata(String name) {
        throw nothing();
    }

    @Override
    public void stop() {
        // It waits for nothing.
    }

    @Override
    public CatalogAnswer catalog(CatalogRequest request) {
        throw nothing();
    }

    private static NeriumException nothing() {
        return NeriumException.invalid("This job sees no tables.");
    }
}
