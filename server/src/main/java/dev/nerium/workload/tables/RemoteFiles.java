package dev.nerium.workload.tables;

import dev.nerium.distributed.Submission.StoredFile;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.Lake;
import dev.nerium.lake.io.StorageCredentials;
import dev.nerium.lake.scan.LocalizedFiles;
import dev.nerium.lake.scan.ScanPlan;
import dev.nerium.lake.staging.StagingPrefix;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.write.WriteTarget;
import dev.nerium.sandbox.protocol.ScanPlanEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Data files that a cluster reads in place. The worker sees placeholder names and gets only the delete files. */
public final class RemoteFiles implements AutoCloseable {
    private final Lake lake;
    private final LocalizedFiles deletes;
    private final LocalizedFiles rows;
    private final Map<String, StoredFile> files = new LinkedHashMap<>();
    private Optional<PinnedTable> first = Optional.empty();

    /**
     * @param deletes of the tables, which end with the worker
     * @param rows that come back
     */
    RemoteFiles(Lake lake, LocalizedFiles deletes, LocalizedFiles rows) {
        this.lake = lake;
        this.deletes = deletes;
        this.rows = rows;
    }

    /** Fails where the catalog of the table does not let the cluster read it. */
    ScanPlan plan(PinnedTable table, ScanPlan plan) {
        StorageCredentials keys = table.vended();
        ScanPlan here = deletes.localizeDeletes(table, plan);
        here.files()
                .forEach(file -> Optional.ofNullable(here.objects().get(file.path()))
                        .ifPresent(object -> files.put(
                                ScanPlanEncoder.nameElsewhere(file), new StoredFile(object.location(), keys))));
        first = first.or(() -> Optional.of(table));
        return here;
    }

    /** By the names that plans have for them. */
    public Map<String, StoredFile> files() {
        return files;
    }

    /** The staging area for the rows of a run. */
    public StagingPrefix staging(UUID run, Optional<WriteTarget> target) {
        return target.map(to -> lake.staging(run, to, rows))
                .or(() -> first.map(table -> lake.staging(run, table, rows)))
                .orElseThrow(() -> NeriumException.invalid(
                        "distributed is true, and the run reads no table: a Polars cluster writes the rows of a result"
                                + " next to the files of a table that the run reads. Send distributed: false."));
    }

    @Override
    public void close() {
        rows.close();
    }
}
