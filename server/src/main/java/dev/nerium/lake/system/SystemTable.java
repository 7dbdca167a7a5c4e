package dev.nerium.lake.system;

import dev.nerium.lake.catalog.TableDefinition;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.io.TemporaryFiles;
import dev.nerium.lake.maintenance.CompactionOptions;
import dev.nerium.lake.maintenance.CompactionOptions.Selection;
import dev.nerium.lake.maintenance.CompactionStep;
import dev.nerium.lake.maintenance.ExpirationOptions;
import dev.nerium.lake.maintenance.MaintenanceContext;
import dev.nerium.lake.maintenance.MaintenanceMode;
import dev.nerium.lake.maintenance.TableMaintenance;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.write.BaseSnapshot;
import dev.nerium.lake.write.CommitOutcome;
import dev.nerium.lake.write.CommitOutcome.Committed;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.WriteModes;
import dev.nerium.lake.write.WritePlanner;
import dev.nerium.lake.write.WriteTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types.StringType;

/**
 * A table of the server's own, partitioned by the days of one column: the server adds records to it and keeps it in shape,
 * without a worker. Its commits go the way of all commits. One thread uses it.
 */
public final class SystemTable {
    private static final CompactionOptions ORDER = new CompactionOptions(
            Selection.NEEDED,
            CompactionOptions.USUAL_MIN_INPUT_FILES,
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());

    /** The rest is left to the next time. */
    private static final int MOST_STEPS = 10;

    /** Almost all columns are texts that repeat each other. */
    private static final String CODEC = "zstd";

    /** Properties for a table with many small commits, whose files one thread compacts in memory. */
    private static final Map<String, String> PROPERTIES = Map.of(
            TableProperties.PARQUET_COMPRESSION,
            CODEC,
            TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
            String.valueOf(8 << 20),
            TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
            String.valueOf(128 << 20),
            TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED,
            "true",
            TableProperties.METADATA_PREVIOUS_VERSIONS_MAX,
            "10");

    private final TableName name;
    private final Schema schema;
    private final String time;
    private final WritePlanner writer;
    private final TableLoader loader;
    private final MaintenanceContext upkeep;
    private final Path scratch;

    /** @param time the column by whose days the table is partitioned */
    public SystemTable(
            TableName name,
            Schema schema,
            String time,
            WritePlanner writer,
            TableLoader loader,
            MaintenanceContext upkeep,
            Path scratch) {
        this.name = name;
        this.schema = schema;
        this.time = time;
        this.writer = writer;
        this.loader = loader;
        this.upkeep = upkeep;
        this.scratch = scratch;
    }

    /** Makes the table where it does not exist, and gives one of an older version the owners of its rows and the codec of its files from now on. */
    public void open() {
        create();
        Table table = load();
        if (hasOwners() && table.schema().findField(PinnedTable.KEY_COLUMN) == null) {
            Transaction change = table.newTransaction();
            change.updateSchema()
                    .addColumn(PinnedTable.KEY_COLUMN, StringType.get())
                    .commit();
            change.updateSpec().addField(PinnedTable.KEY_COLUMN).commit();
            change.commitTransaction();
        }
        if (!CODEC.equals(table.properties().get(TableProperties.PARQUET_COMPRESSION))) {
            load().updateProperties()
                    .set(TableProperties.PARQUET_COMPRESSION, CODEC)
                    .commit();
        }
    }

    private boolean hasOwners() {
        return schema.findField(PinnedTable.KEY_COLUMN) != null;
    }

    private PartitionSpec spec() {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(schema).day(time);
        return hasOwners() ? spec.identity(PinnedTable.KEY_COLUMN).build() : spec.build();
    }

    /** Makes the table where it does not exist. */
    public void create() {
        TableIdentifier identifier = TableLoader.identifier(name);
        if (upkeep.catalogs().of(name).tableExists(identifier)) {
            return;
        }
        try {
            if (!upkeep.catalogs().of(name).namespaceExists(identifier.namespace())) {
                upkeep.catalogs().of(name).createNamespace(identifier.namespace());
            }
            upkeep.catalogs()
                    .of(name)
                    .newTable(identifier, new TableDefinition(schema, spec(), SortOrder.unsorted(), PROPERTIES))
                    .commitTransaction();
        } catch (AlreadyExistsException e) {
            // Another program was quicker.
        }
    }

    /**
     * Adds records in one commit.
     *
     * @param records values by column: texts, numbers, instants, lists and maps of such
     * @param batch names these records; a batch is never committed twice
     */
    public CommitOutcome append(List<? extends Map<String, ?>> records, UUID batch) {
        create();
        WriteTarget target = target();
        try (TemporaryFiles folder = new TemporaryFiles(scratch);
                SystemTableFileWriter files = new SystemTableFileWriter(target, folder)) {
            for (Map<String, ?> record : records) {
                files.add(RecordConverter.of(target.schema().asStruct(), record));
            }
            return upkeep.committer().commit(target, batch, files.finish());
        } catch (IOException e) {
            throw new UncheckedIOException("Records for " + name + " can't be written", e);
        }
    }

    /** Puts small files together. */
    public void compact() {
        for (int step = 0; step < MOST_STEPS && compactOnce(); step++) {}
    }

    /** Whether files were put together. A file from which another program deleted rows is left to a compaction in a worker. */
    private boolean compactOnce() {
        Optional<CompactionStep> next = maintenance().plan(ORDER).step();
        if (next.isEmpty()
                || next.get().tasks().stream().anyMatch(task -> !task.deletes().isEmpty())) {
            return false;
        }
        WriteTarget target = target();
        try (TemporaryFiles folder = new TemporaryFiles(scratch);
                SystemTableFileWriter files = new SystemTableFileWriter(target, folder)) {
            for (FileScanTask task : next.get().tasks()) {
                copy(task, target.schema(), files);
            }
            return maintenance().commit(next.get(), target, UUID.randomUUID(), files.finish()) instanceof Committed;
        } catch (IOException e) {
            throw new UncheckedIOException("The files of " + name + " can't be compacted", e);
        }
    }

    private void copy(FileScanTask task, Schema schema, SystemTableFileWriter into) throws IOException {
        try (CloseableIterable<Record> records = Parquet.read(
                        load().io().newInputFile(task.file().location()))
                .project(schema)
                .createReaderFunc(file -> GenericParquetReaders.buildReader(schema, file))
                .build()) {
            for (Record record : records) {
                into.add(record);
            }
        }
    }

    /** Deletes whole days that are past. */
    public void deleteBefore(Instant moment) {
        Expression past = Expressions.lessThan(
                time,
                moment.truncatedTo(ChronoUnit.DAYS).atOffset(ZoneOffset.UTC).toString());
        upkeep.turns().withLock(name, () -> {
            Table table = load();
            if (matches(table, past)) {
                table.newDelete().deleteFromRowFilter(past).commit();
            }
            return true;
        });
    }

    private static boolean matches(Table table, Expression filter) {
        try (CloseableIterable<FileScanTask> files =
                table.newScan().filter(filter).planFiles()) {
            return files.iterator().hasNext();
        } catch (IOException e) {
            throw new UncheckedIOException("The plan of " + table.name() + " can't be closed", e);
        }
    }

    /** Forgets older snapshots, and deletes the files that only they had. */
    public void expireBefore(Instant moment) {
        maintenance()
                .expire(new ExpirationOptions(Optional.of(moment), OptionalInt.of(1), Set.of(), MaintenanceMode.REAL));
    }

    private TableMaintenance maintenance() {
        return new TableMaintenance(loader.pin(name), upkeep);
    }

    private WriteTarget target() {
        return writer.prepare(
                TableBranch.main(name),
                WriteModes.strict(SaveMode.Plain.APPEND),
                BaseSnapshot.NOTHING,
                SchemaParser.toJson(schema));
    }

    private Table load() {
        return upkeep.catalogs().of(name).loadTable(TableLoader.identifier(name));
    }
}
