package dev.nerium.workload;

import dev.nerium.distributed.Submission.StoredFile;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.BroughtObjects;
import dev.nerium.lake.Lake;
import dev.nerium.lake.PinnedTable;
import dev.nerium.lake.ScanPlan;
import dev.nerium.lake.StagingObjects;
import dev.nerium.lake.StoreKeys;
import dev.nerium.lake.WriteTarget;
import dev.nerium.sandbox.PlanPayload;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The data files of a run that a cluster reads where they are: a worker knows them by names, and has only their deletes. */
final class FilesElsewhere implements AutoCloseable {
    private final Lake lake;
    private final BroughtObjects deletes;
    private final BroughtObjects rows;
    private final Map<String, StoredFile> files = new LinkedHashMap<>();
    private Optional<PinnedTable> first = Optional.empty();

    /**
     * @param deletes of the tables, which end with the worker
     * @param rows that come back
     */
    FilesElsewhere(Lake lake, BroughtObjects deletes, BroughtObjects rows) {
        this.lake = lake;
        this.deletes = deletes;
        this.rows = rows;
    }

    /** Fails where the catalog of the table does not let the cluster read it. */
    ScanPlan plan(PinnedTable table, ScanPlan plan) {
        StoreKeys keys = table.vended();
        ScanPlan here = deletes.bringDeletes(table, plan);
        here.files()
                .forEach(file -> Optional.ofNullable(here.objects().get(file.path()))
                        .ifPresent(object ->
                                files.put(PlanPayload.nameElsewhere(file), new StoredFile(object.location(), keys))));
        first = first.or(() -> Optional.of(table));
        return here;
    }

    /** By the names that plans have for them. */
    Map<String, StoredFile> files() {
        return files;
    }

    /** Where the cluster leaves the rows of a run. */
    StagingObjects staging(UUID run, Optional<WriteTarget> target) {
        return target.map(to -> lake.staging(run, to, rows))
                .or(() -> first.map(table -> lake.staging(run, table, rows)))
                .orElseThrow(() -> NeriumException.invalid(
                        "distributed is true, and the run reads no table: a cluster of Polars leaves the rows of a result"
                                + " beside the files of a table that it reads. Send distributed: false."));
    }

    @Override
    public void close() {
        rows.close();
    }
}
