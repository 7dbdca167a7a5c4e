package dev.nerium.lake;

import dev.nerium.config.ByteSize;
import dev.nerium.config.LakeConfig;
import dev.nerium.lake.access.AllRights;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.commit.CommitJournal;
import dev.nerium.lake.io.AllowedFolders;
import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.io.TableFileIO;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.name.TableVersion;
import dev.nerium.lake.refs.NewRef;
import dev.nerium.lake.refs.RefKind;
import dev.nerium.lake.refs.RefRetention;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.write.CommitOutcome;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.StagedFile;
import dev.nerium.lake.write.StagedResult;
import dev.nerium.lake.write.WriteModes;
import dev.nerium.lake.write.WriteTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;

/** A lake without a server: tables of one column, written by the same commits as any. */
public final class TestLake implements AutoCloseable {
    public static final Schema SCHEMA = new Schema(Types.NestedField.optional(1, "x", Types.LongType.get()));

    private final Path home;
    private final Lake lake;

    public TestLake(Path home, TableFileIO files) {
        this.home = home;
        this.lake = new Lake(
                new LakeConfig(
                        "oleander", true, false, new LakeConfig.PlanCache(10_000), ByteSize.parse("1GiB"), List.of()),
                home,
                files,
                AllowedFolders.ANY,
                List.of(),
                Duration.ofMillis(200));
    }

    public static TableName name(String table) {
        return new TableName("oleander", "default", table);
    }

    public Lake lake() {
        return lake;
    }

    public CommitOutcome write(String table, SaveMode mode, UUID run, long... values) {
        return lake.commit(prepare(branch(table), mode), run, staged(stage(values)));
    }

    /** The lake with all rights. */
    public AuthorizedLake all() {
        return lake.as(AllRights.INSTANCE);
    }

    public WriteTarget prepare(String table, SaveMode mode) {
        return prepare(TableBranch.main(name(table)), mode);
    }

    public WriteTarget prepare(TableBranch to, SaveMode mode) {
        return lake.prepare(to, WriteModes.strict(mode), all().baseline(to), SchemaParser.toJson(SCHEMA));
    }

    /** Creates a branch from the table's current snapshot; the main branch is there already. */
    public void createBranch(TableBranch branch) {
        if (!branch.isMain()) {
            all().changeRefs(branch.name())
                    .create(new NewRef(
                            branch.branch(),
                            RefKind.BRANCH,
                            new TableVersion.Current(),
                            RefRetention.UNSET,
                            NewRef.Existing.REFUSE));
        }
    }

    /** A destination of tests, such as {@code t} or {@code t@branch:x}. */
    public static TableBranch branch(String text) {
        return TableBranch.parse("default." + text, "the test's table", "oleander");
    }

    public static StagedResult staged(StagedFile... files) {
        return new StagedResult(List.of(files), Optional.empty());
    }

    /** A file as a worker leaves it. */
    public StagedFile stage(long... values) {
        Path file = home.resolve("staged-" + UUID.randomUUID() + ".parquet");
        try (FileAppender<Record> out = Parquet.write(org.apache.iceberg.Files.localOutput(file.toFile()))
                .schema(SCHEMA)
                .createWriterFunc(type -> GenericParquetWriter.create(SCHEMA, type))
                .build()) {
            for (long value : values) {
                GenericRecord row = GenericRecord.create(SCHEMA);
                row.setField("x", value);
                out.add(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new StagedFile(file, "{}");
    }

    /** Every value of a table or a branch, in order; none where there is no table. */
    public List<Long> values(String table) {
        if (!lake.exists(branch(table).name())) {
            return List.of();
        }
        List<Long> values = new ArrayList<>();
        PinnedTable pinned = lake.pin(branch(table).reference());
        try (CloseableIterable<FileScanTask> tasks = pinned.scan().planFiles()) {
            for (FileScanTask task : tasks) {
                read(task.file().location(), values);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return values.stream().sorted().toList();
    }

    private static void read(String location, List<Long> values) throws IOException {
        try (CloseableIterable<Record> rows = Parquet.read(org.apache.iceberg.Files.localInput(location))
                .project(SCHEMA)
                .createReaderFunc(type -> GenericParquetReaders.buildReader(SCHEMA, type))
                .build()) {
            rows.forEach(row -> values.add((Long) row.getField("x")));
        }
    }

    /** The files of a table's folder that nothing in the table refers to. */
    public Set<String> orphans(String table) {
        TableName name = branch(table).name();
        return lake.exists(name)
                ? unknown(
                        home,
                        name.table(),
                        lake.pin(TableReference.current(name)).table())
                : files(home, name.table());
    }

    static Set<String> orphans(Path home, String table) {
        TableIdentifier identifier = TableIdentifier.of("default", table);
        try (EmbeddedCatalog catalog = outside(home)) {
            return catalog.tableExists(identifier)
                    ? unknown(home, table, catalog.loadTable(identifier))
                    : files(home, table);
        }
    }

    private static Set<String> unknown(Path home, String name, Table table) {
        Set<String> files = files(home, name);
        files.removeAll(referenced(table));
        return files;
    }

    /** The same lake, as another program opens it. */
    public static EmbeddedCatalog outside(Path home) {
        return EmbeddedCatalog.open("oleander", home, new LocalFileIO());
    }

    /** The same lake, as a program opens it that puts tables wherever it likes. */
    public static JdbcCatalog careless(Path home) {
        JdbcCatalog catalog = new JdbcCatalog(_ -> new LocalFileIO(), null, true);
        catalog.initialize(
                "oleander",
                Map.of(
                        CatalogProperties.URI,
                        "jdbc:sqlite:" + home.resolve("lake/catalog.db") + "?busy_timeout=10000",
                        CatalogProperties.WAREHOUSE_LOCATION,
                        EmbeddedCatalog.warehouse(home).toString(),
                        "jdbc.schema-version",
                        "V1"));
        return catalog;
    }

    public static Set<String> files(Path home, String table) {
        Path folder =
                home.resolve("lake").resolve("warehouse").resolve("default").resolve(table);
        if (!Files.exists(folder)) {
            return new TreeSet<>();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return new TreeSet<>(
                    files.filter(Files::isRegularFile).map(Path::toString).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> referenced(Table table) {
        Set<String> files = new HashSet<>();
        TableMetadata metadata = ((HasTableOperations) table).operations().current();
        files.add(metadata.metadataFileLocation());
        metadata.previousFiles().forEach(version -> files.add(version.file()));
        for (Snapshot snapshot : table.snapshots()) {
            files.add(snapshot.manifestListLocation());
            for (ManifestFile manifest : snapshot.allManifests(table.io())) {
                if (!files.add(manifest.path())) {
                    continue;
                }
                ManifestFiles.read(manifest, table.io(), table.specs()).forEach(file -> files.add(file.location()));
            }
        }
        return files;
    }

    /** The commits that have no known end. */
    public List<UUID> unsettled() {
        return journal(home).unsettled();
    }

    public static CommitJournal journal(Path home) {
        return new CommitJournal(home.resolve("lake").resolve("commits"));
    }

    @Override
    public void close() {
        lake.close();
    }
}
