package dev.nerium.lake.io;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees which metadata files a catalog reads and writes for one operation. A catalog has one file IO for all of its tables, so
 * the operation is known by its thread. Not thread-safe.
 */
public final class MetadataFileTracker {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataFileTracker.class);
    private static final ScopedValue<MetadataFileTracker> CURRENT = ScopedValue.newInstance();
    private static final int MAX_METADATA_READS = 2;

    private final Consumer<String> writes;
    private final Consumer<String> deletes;
    private final Map<String, Integer> reads = new HashMap<>();

    /**
     * @param writes called with each file before it is created
     * @param deletes fails if a file must not be deleted
     */
    public MetadataFileTracker(Consumer<String> writes, Consumer<String> deletes) {
        this.writes = writes;
        this.deletes = deletes;
    }

    public <T> T during(ScopedValue.CallableOp<T, RuntimeException> operation) {
        return ScopedValue.where(CURRENT, this).call(operation);
    }

    /** Why a table's metadata could not be read: by now it may be that a store failed, and not the file. */
    public RuntimeException explain(TableIdentifier table, TableFileIO files, NotFoundException failure) {
        Optional<String> location = reads.keySet().stream().findFirst();
        if (location.isEmpty()) {
            return failure;
        }
        return new NeriumException(
                ErrorCode.TABLE_METADATA_CORRUPT,
                "The table %s can't be read: its metadata file %s is missing or damaged."
                        .formatted(table, location.get()),
                reason(files, location.get()),
                failure);
    }

    private static String reason(TableFileIO files, String location) {
        try {
            TableMetadataParser.read(files, location);
            return "";
        } catch (NeriumException e) {
            throw e;
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /**
     * Iceberg retries metadata that it can't parse 20 times, for a minute and a half, and stops only for a missing file:
     * so a missing file is reported. A client of an object store has already retried before it fails once.
     */
    private void reading(String location) {
        int most = AllowedPrefixes.isObject(location) ? 1 : MAX_METADATA_READS;
        if (reads.merge(location, 1, Integer::sum) > most) {
            throw new NotFoundException("The metadata file %s can't be read", location);
        }
    }

    /** The file IO of a catalog, in the watch of whatever operation runs on the thread. */
    public static final class Watched extends ForwardingTableFileIO implements SupportsBulkOperations {
        private static final long serialVersionUID = 1;

        public Watched(TableFileIO files) {
            super(files);
        }

        @Override
        public InputFile newInputFile(String location) {
            track(location);
            return super.newInputFile(location);
        }

        @Override
        public InputFile newInputFile(String location, long length) {
            track(location);
            return super.newInputFile(location, length);
        }

        private static void track(String location) {
            if (CURRENT.isBound()) {
                CURRENT.get().reading(location);
            }
        }

        @Override
        public OutputFile newOutputFile(String location) {
            if (CURRENT.isBound()) {
                CURRENT.get().writes.accept(location);
            }
            return super.newOutputFile(location);
        }

        @Override
        public void deleteFile(String location) {
            if (!CURRENT.isBound()) {
                throw new IllegalStateException("The file " + location + " is deleted outside of any operation");
            }
            CURRENT.get().deletes.accept(location);
            super.deleteFile(location);
        }

        /** On the thread of the operation: one by one, Iceberg has other threads delete them. */
        @Override
        public void deleteFiles(Iterable<String> locations) {
            int failed = 0;
            for (String location : locations) {
                try {
                    deleteFile(location);
                } catch (RuntimeException e) {
                    LOG.warn("The file {} is not deleted", location, e);
                    failed++;
                }
            }
            if (failed > 0) {
                throw new BulkDeletionFailureException(failed);
            }
        }
    }
}
