package dev.nerium.lake.catalog;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.io.MetadataFileTracker;
import dev.nerium.lake.io.RecordingFileIO;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.LocationProvider;

/**
 * A catalog's operations on one table, which tell of each file before it is made, say at once that a table's metadata can't be
 * read, and take no word of a catalog that is not the one that was opened.
 *
 * @param inPlace fails where it is not
 * @param placement fails where the table's files may not be where they are to go
 */
record LakeTableOperations(
        TableOperations operations,
        TableIdentifier table,
        RecordingFileIO io,
        Runnable inPlace,
        LocationCheck placement)
        implements TableOperations {

    @Override
    public TableMetadata current() {
        return load(operations::current);
    }

    @Override
    public TableMetadata refresh() {
        return load(operations::refresh);
    }

    private TableMetadata load(ScopedValue.CallableOp<TableMetadata, RuntimeException> read) {
        inPlace.run();
        MetadataFileTracker watch = new MetadataFileTracker(io::note, io::requireOwn);
        try {
            TableMetadata metadata = watch.during(read);
            if (metadata != null) {
                io.keepTo(metadata);
            }
            return metadata;
        } catch (NotFoundException e) {
            throw watch.told(table, io, e);
        }
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
        inPlace.run();
        MetadataFileTracker watch = new MetadataFileTracker(io::note, io::requireOwn);
        placement.commit(
                base,
                metadata,
                () -> watch.during(() -> {
                    operations.commit(base, metadata);
                    return metadata;
                }));
        try {
            inPlace.run();
        } catch (NeriumException e) {
            throw new CommitStateUnknownException(e);
        }
    }

    @Override
    public EncryptionManager encryption() {
        return operations.encryption();
    }

    @Override
    public String metadataFileLocation(String fileName) {
        return operations.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
        TableMetadata metadata = operations.current();
        return LocationProviders.locationsFor(metadata.location(), NamedClasses.without(metadata.properties()));
    }

    @Override
    public TableOperations temp(TableMetadata uncommitted) {
        io.keepTo(uncommitted);
        return new LakeTableOperations(operations.temp(uncommitted), table, io, inPlace, placement);
    }

    @Override
    public long newSnapshotId() {
        return operations.newSnapshotId();
    }

    @Override
    public boolean requireStrictCleanup() {
        return operations.requireStrictCleanup();
    }
}
