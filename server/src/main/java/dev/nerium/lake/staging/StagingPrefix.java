package dev.nerium.lake.staging;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.io.StorageCredentials;
import dev.nerium.lake.io.TableFileIO;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.scan.LocalizedFiles;
import dev.nerium.lake.storage.ObjectRef;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.write.DataFileBuilder;
import dev.nerium.lake.write.StagedFile;
import dev.nerium.lake.write.StagedResult;
import dev.nerium.lake.write.WriteTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects that a cluster writes below the location of a table, in a folder of the run's own. If they are for the table
 * itself, only their footers are fetched, and the commit adds them in place; other objects are fetched completely.
 */
public final class StagingPrefix implements Staging {
    private static final Logger LOG = LoggerFactory.getLogger(StagingPrefix.class);

    private final TableFileIO files;
    private final String catalog;
    private final String location;
    private final LocalizedFiles objects;
    /** The partition spec of the destination; empty if the rows are returned. */
    private final Optional<PartitionSpec> spec;

    private final Runnable gone;
    private boolean kept;

    private StagingPrefix(
            TableFileIO files,
            String catalog,
            String location,
            LocalizedFiles objects,
            Optional<PartitionSpec> spec,
            Runnable gone) {
        this.files = files;
        this.catalog = catalog;
        this.location = location;
        this.objects = objects;
        this.spec = spec;
        this.gone = gone;
    }

    /** For rows that a destination gets. */
    public static StagingPrefix of(WriteTarget target, UUID run, LocalizedFiles objects, StagingMarkers marks) {
        Table table = target.transaction().table();
        String location = table.locationProvider().newDataLocation(run.toString()) + "/";
        StagingPrefix staging = new StagingPrefix(
                target.files(),
                target.name().catalog(),
                location,
                objects,
                Optional.of(table.spec()),
                () -> marks.remove(run));
        if (!staging.list().isEmpty()) {
            throw NeriumException.invalid("The run " + run + " has written to this table before: use a new run id.");
        }
        marks.put(run, target.name(), location);
        return staging;
    }

    /** For rows that come back, beside the files of a table that they are made from. */
    public static StagingPrefix beside(PinnedTable table, UUID run, LocalizedFiles objects, StagingMarkers marks) {
        TableName name = table.reference().name();
        String location = table.location() + "/data/nerium-staging-" + run + "/";
        marks.put(run, name, location);
        return new StagingPrefix(
                table.files(), name.catalog(), location, objects, Optional.empty(), () -> marks.remove(run));
    }

    public String location() {
        return location;
    }

    /** The credentials for writing here. */
    public StorageCredentials keys() {
        return PinnedTable.vended(files, location, catalog);
    }

    @Override
    public StagedResult staged() {
        List<ObjectRef> found = list();
        List<Path> paths =
                spec.isPresent() ? objects.localizeFooters(files, found) : objects.localizeWhole(files, found);
        List<StagedFile> staged = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            String object = found.get(i).location();
            long rows = DataFileBuilder.rows(paths.get(i));
            if (rows > 0) {
                String partition = spec.map(
                                of -> HivePartitionPath.partitionJson(of, object.substring(location.length())))
                        .orElse("{}");
                staged.add(
                        new StagedFile(paths.get(i), partition).withRows(rows).at(object));
            } else {
                files.deleteFile(object);
            }
        }
        return new StagedResult(staged, Optional.empty());
    }

    private List<ObjectRef> list() {
        return files.list(location).stream()
                .map(file -> new ObjectRef(catalog, file.location(), file.size()))
                .sorted(Comparator.comparing(ObjectRef::location))
                .toList();
    }

    @Override
    public boolean hasFieldIds() {
        return false;
    }

    @Override
    public void keep() {
        kept = spec.isPresent();
    }

    /** Removes the objects; the next start removes those that can't be removed now. */
    @Override
    public void close() {
        try {
            if (!kept) {
                list().forEach(object -> files.deleteFile(object.location()));
            }
            gone.run();
        } catch (RuntimeException e) {
            LOG.warn("The objects in {} can't be removed yet", location, e);
        }
    }
}
