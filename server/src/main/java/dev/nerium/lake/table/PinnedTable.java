package dev.nerium.lake.table;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.io.AllowedPrefixes;
import dev.nerium.lake.io.StorageCredentials;
import dev.nerium.lake.io.TableFileIO;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.name.TableVersion;
import dev.nerium.lake.storage.ObjectRef;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.MetadataTableType;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableScan;

/** A table as a run sees it from beginning to end: one version of its metadata, one snapshot. */
public final class PinnedTable {
    /** The column of tables whose rows belong to keys: they are partitioned by it, so that a file has the rows of one key. */
    public static final String KEY_COLUMN = "key_id";

    private final TableReference reference;
    private final Table table;
    private final String metadataLocation;
    private final Optional<Snapshot> snapshot;
    private final Schema schema;
    private final String schemaJson;
    private final Optional<String> onlyKey;

    /** @param table a table whose operations never refresh, or a metadata table of one */
    PinnedTable(
            TableReference reference,
            Table table,
            String metadataLocation,
            Optional<Snapshot> snapshot,
            Schema schema) {
        this(reference, table, metadataLocation, snapshot, schema, Optional.empty());
    }

    private PinnedTable(
            TableReference reference,
            Table table,
            String metadataLocation,
            Optional<Snapshot> snapshot,
            Schema schema,
            Optional<String> onlyKey) {
        this.onlyKey = onlyKey;
        this.reference = reference;
        this.table = table;
        this.metadataLocation = metadataLocation;
        this.snapshot = snapshot;
        this.schema = schema;
        this.schemaJson = SchemaParser.toJson(schema);
    }

    public static PinnedTable current(TableName name, Table table, String metadataLocation) {
        return new PinnedTable(
                TableReference.current(name),
                table,
                metadataLocation,
                Optional.ofNullable(table.currentSnapshot()),
                table.schema());
    }

    /** The same with the rows of one key only, of a table of the server's own. */
    public PinnedTable onlyOf(String key) {
        return new PinnedTable(reference, table, metadataLocation, snapshot, schema, Optional.of(key));
    }

    /** The key whose rows alone are read; empty where all rows are. */
    public Optional<String> onlyKey() {
        return onlyKey;
    }

    /**
     * Fails where one of the columns has a type that Nerium has none for.
     *
     * @param columns that are read; empty for all
     */
    public void requireReadable(Optional<List<String>> columns) {
        TableSupport.requireReadableTypes(
                this,
                columns.<Predicate<String>>map(read -> Set.copyOf(read)::contains)
                        .orElse(_ -> true));
    }

    private void requireAllRows() {
        if (onlyKey.isPresent()) {
            throw NeriumException.invalid("The table " + reference + " has rows of all keys: a cluster would read rows"
                    + " of other keys, too. Send distributed: false, or use a key with the scope admin.");
        }
    }

    /** The full name that the user wrote. */
    public TableReference reference() {
        return reference;
    }

    /** Iceberg schema JSON (table spec, appendix C). */
    public String schemaJson() {
        return schemaJson;
    }

    /**
     * Whether it has this column, or this field inside its structs.
     *
     * @param path the column's name, or a dotted path
     */
    public boolean hasField(String path) {
        // Iceberg looks for no empty name, which other engines may give a column.
        return schema.columns().stream().anyMatch(column -> column.name().equals(path))
                || (!path.isEmpty() && schema.findField(path) != null);
    }

    /** Empty where nothing was ever written. */
    public OptionalLong snapshotId() {
        return snapshot.stream().mapToLong(Snapshot::snapshotId).findAny();
    }

    /** The time of this version; empty where nothing was ever written. */
    public Optional<Instant> snapshotAt() {
        return snapshot.map(current -> Instant.ofEpochMilli(current.timestampMillis()));
    }

    /** The summary of the commit of this version; empty if the table has no snapshot. */
    public Optional<CommitSummary> commit() {
        return snapshot.map(CommitSummary::of);
    }

    /** The location of its files. */
    public String location() {
        return table.location();
    }

    /** Empty for a table of format version 1 whose writer set none. */
    public Optional<String> uuid() {
        return Optional.ofNullable(
                ((HasTableOperations) table).operations().current().uuid());
    }

    /** The names of the columns of files without field ids, as JSON. */
    public Optional<String> nameMapping() {
        return Optional.ofNullable(table.properties().get(TableProperties.DEFAULT_NAME_MAPPING));
    }

    public int schemaId() {
        return schema.schemaId();
    }

    /** Number of data files of this version; empty if its writer did not set it. */
    public OptionalLong totalFiles() {
        return total(SnapshotSummary.TOTAL_DATA_FILES_PROP);
    }

    /** Number of rows in the data files of this version, including deleted rows; empty if its writer did not set it. */
    public OptionalLong totalRows() {
        return total(SnapshotSummary.TOTAL_RECORDS_PROP);
    }

    /** Size of all its files, including delete files; empty if its writer did not set it. */
    public OptionalLong totalBytes() {
        return total(SnapshotSummary.TOTAL_FILE_SIZE_PROP);
    }

    private OptionalLong total(String property) {
        if (reference.metadataTable().isPresent() || onlyKey.isPresent()) {
            return OptionalLong.empty();
        }
        return snapshot.map(Snapshot::summary).map(summary -> summary.getOrDefault(property, "")).stream()
                .filter(text -> text.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .findAny();
    }

    /** A file of the table, on this machine; of an object the name that it has in plans. */
    public Path file(ContentFile<?> file) {
        return files().local(file.location());
    }

    /** Empty where the file is on this machine. */
    public Optional<ObjectRef> object(ContentFile<?> file) {
        return files().isObject(file.location())
                ? Optional.of(new ObjectRef(reference.name().catalog(), file.location(), file.fileSizeInBytes()))
                : Optional.empty();
    }

    /** Temporary credentials with which a cluster reads its files; fails if its catalog vends none. */
    public StorageCredentials vended() {
        requireAllRows();
        if (reference.metadataTable().isPresent()) {
            throw NeriumException.invalid("The table " + reference
                    + " describes another: distributed runs read the others only." + " Send distributed: false.");
        }
        return vended(files(), table.location(), reference.name().catalog());
    }

    public static StorageCredentials vended(TableFileIO files, String location, String catalog) {
        if (!files.isObject(location)) {
            throw NeriumException.invalid("The cluster can't reach " + location + ", which is a folder of this server:"
                    + " Polars clusters read and write tables in object stores. Send distributed: false.");
        }
        return files.vended(location)
                .orElseThrow(() -> NeriumException.invalid("The cluster can't get a key to " + location
                        + ": the catalog '" + catalog
                        + "' vends no key that expires (s3.session-token), and a permanent"
                        + " key is never sent. Send distributed: false."));
    }

    public TableFileIO files() {
        return (TableFileIO) table.io();
    }

    public boolean hasColumn(String name) {
        return schema.findField(name) != null;
    }

    /** The metadata file of this version for other engines; fails if they can't reach it. */
    public TableLocation address() {
        requireAllRows();
        if (reference.metadataTable().isPresent()) {
            throw NeriumException.invalid("The table " + reference
                    + " describes another: distributed runs read the others only." + " Send distributed: false.");
        }
        if (AllowedPrefixes.isObject(metadataLocation)) {
            throw NeriumException.invalid(
                    "The table " + reference + " is in an object store: distributed runs read tables"
                            + " on file systems that the cluster shares. Send distributed: false.");
        }
        return switch (reference.version()) {
            case TableVersion.Current() -> new TableLocation(metadataLocation, OptionalLong.empty(), Optional.empty());
            case TableVersion.Branch(String branch) ->
                new TableLocation(metadataLocation, OptionalLong.empty(), Optional.of(branch));
            default -> new TableLocation(metadataLocation, snapshotId(), Optional.empty());
        };
    }

    public String metadataLocation() {
        return metadataLocation;
    }

    public Table table() {
        return table;
    }

    /** Empty where nothing was ever written. */
    public Optional<Snapshot> snapshot() {
        return snapshot;
    }

    public Schema schema() {
        return schema;
    }

    /** A scan of this very version. */
    public TableScan scan() {
        if (reference.metadataTable().equals(Optional.of(MetadataTableType.MANIFESTS))) {
            return ManifestTables.scan(table, snapshot, schema);
        }
        return switch (reference.version()) {
            case TableVersion.Current() -> table.newScan();
            // A branch is read with the table's schema, a snapshot with its own.
            case TableVersion.Branch(String branch)
            when reference.metadataTable().isEmpty() -> table.newScan().useRef(branch);
            default -> table.newScan().useSnapshot(snapshot.orElseThrow().snapshotId());
        };
    }
}
