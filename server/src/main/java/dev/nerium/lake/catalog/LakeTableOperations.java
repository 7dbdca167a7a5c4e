package dev.nerium.lake.catalog;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.io.MetadataFileTracker;
import dev.nerium.lake.io.RecordingFileIO;
import dev.nerium.lake.table.ForwardingTableOperations;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.LocationProvider;

/**
 * Table operations that record every file before writing it, fail fast on unreadable metadata, and reject a catalog database that
 * was replaced on disk.
 */
final class LakeTableOperations extends ForwardingTableOperations {
    private final TableIdentifier table;
    private final RecordingFileIO io;
    private final Runnable inPlace;
    private final LocationCheck placement;

    /**
     * @param inPlace fails where the catalog is not the one that was opened
     * @param placement fails where the table's files may not be where they are to go
     */
    LakeTableOperations(
            TableOperations operations,
            TableIdentifier table,
            RecordingFileIO io,
            Runnable inPlace,
            LocationCheck placement) {
        super(operations);
        this.table = table;
        this.io = io;
        this.inPlace = inPlace;
        this.placement = placement;
    }

    @Override
    public RecordingFileIO io() {
        return io;
    }

    @Override
    public TableMetadata current() {
        return load(super::current);
    }

    @Override
    public TableMetadata refresh() {
        return load(super::refresh);
    }

    private TableMetadata load(ScopedValue.CallableOp<TableMetadata, RuntimeException> read) {
        inPlace.run();
        MetadataFileTracker watch = new MetadataFileTracker(io::record, io::requireOwn);
        try {
            TableMetadata metadata = watch.during(read);
            if (metadata != null) {
                io.keepTo(metadata);
            }
            return metadata;
        } catch (NotFoundException e) {
            throw watch.explain(table, io, e);
        }
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
        inPlace.run();
        MetadataFileTracker watch = new MetadataFileTracker(io::record, io::requireOwn);
        placement.commit(
                base,
                metadata,
                () -> watch.during(() -> {
                    super.commit(base, metadata);
                    return metadata;
                }));
        try {
            inPlace.run();
        } catch (NeriumException e) {
            throw new CommitStateUnknownException(e);
        }
    }

    @Override
    public LocationProvider locationProvider() {
        TableMetadata metadata = super.current();
        return LocationProviders.locationsFor(metadata.location(), NamedClasses.without(metadata.properties()));
    }

    @Override
    public TableOperations temp(TableMetadata uncommitted) {
        io.keepTo(uncommitted);
        return new LakeTableOperations(super.temp(uncommitted), table, io, inPlace, placement);
    }

    @Override
    public boolean requireStrictCleanup() {
        return operations().requireStrictCleanup();
    }
}
