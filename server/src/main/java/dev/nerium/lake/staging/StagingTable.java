package dev.nerium.lake.staging;

import dev.nerium.lake.io.AllowedFolders;
import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.write.DataFileBuilder;
import dev.nerium.lake.write.StagedFile;
import dev.nerium.lake.write.StagedResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SingleValueParser;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Type;

/**
 * A table of no catalog, a folder, to which another engine writes the rows of a run: with the ids, partitions, order and file
 * settings of the table that they are for. Its files become that table's own. Gone when it is closed.
 */
public final class StagingTable implements Staging {
    private static final int FORMAT_VERSION = 2;
    private static final Pattern METADATA = Pattern.compile("v(\\d{1,9})\\.metadata\\.json");

    private final Path folder;
    private final PartitionSpec spec;

    private StagingTable(Path folder, PartitionSpec spec) {
        this.folder = folder;
        this.spec = spec;
    }

    /** @param properties of the table that the rows are for */
    static StagingTable create(
            Path folder, Schema schema, PartitionSpec spec, SortOrder order, Map<String, String> properties) {
        try {
            Path metadata = Files.createDirectories(folder.resolve("metadata"));
            TableMetadata table = TableMetadata.buildFromEmpty(FORMAT_VERSION)
                    .assignUUID()
                    .setLocation(folder.toString())
                    .setCurrentSchema(schema, schema.highestFieldId())
                    .setDefaultPartitionSpec(spec)
                    .setDefaultSortOrder(order)
                    .setProperties(ofFiles(properties))
                    .build();
            TableMetadataParser.write(
                    table,
                    org.apache.iceberg.Files.localOutput(
                            metadata.resolve("v1.metadata.json").toFile()));
            Files.writeString(metadata.resolve("version-hint.text"), "1");
            return new StagingTable(folder, spec);
        } catch (IOException e) {
            throw new UncheckedIOException("The staging table " + folder + " can't be made", e);
        }
    }

    /** The table's properties about files, without those about locations. */
    private static Map<String, String> ofFiles(Map<String, String> properties) {
        Map<String, String> chosen = new HashMap<>();
        properties.forEach((key, value) -> {
            if (key.startsWith("write.parquet.")
                    || key.equals("write.target-file-size-bytes")
                    || key.equals("write.distribution-mode")) {
                chosen.put(key, value);
            }
        });
        return chosen;
    }

    /** The metadata file for an Iceberg engine. */
    public String location() {
        return folder.toString();
    }

    @Override
    public StagedResult staged() {
        LocalFileIO io = new LocalFileIO(new AllowedFolders(List.of(folder)));
        List<StagedFile> files = new ArrayList<>();
        for (DataFile file : dataFiles(io)) {
            if (file.format() != FileFormat.PARQUET) {
                throw DataFileBuilder.unusable("it is not a Parquet file");
            }
            files.add(new StagedFile(io.local(file.location()), partition(file)).withRows(file.recordCount()));
        }
        files.sort(Comparator.comparing(file -> file.path().getFileName().toString()));
        return new StagedResult(files, Optional.empty());
    }

    @Override
    public boolean hasFieldIds() {
        return true;
    }

    private List<DataFile> dataFiles(FileIO io) {
        BaseTable table = new BaseTable(new StaticTableOperations(latest(), io), "staging");
        if (table.currentSnapshot() == null) {
            return List.of();
        }
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(task -> files.add(task.file()));
        } catch (IOException e) {
            throw new UncheckedIOException("The files of " + folder + " can't be listed", e);
        }
        return files;
    }

    private String latest() {
        try (Stream<Path> metadata = Files.list(folder.resolve("metadata"))) {
            return metadata.max(Comparator.comparingInt(StagingTable::version))
                    .orElseThrow()
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException("The metadata of " + folder + " can't be listed", e);
        }
    }

    private static int version(Path file) {
        Matcher name = METADATA.matcher(file.getFileName().toString());
        return name.matches() ? Integer.parseInt(name.group(1)) : 0;
    }

    /** Iceberg's single-value JSON; NaN and the infinities, which that lacks, as texts. */
    private String partition(DataFile file) {
        StringJoiner values = new StringJoiner(",", "{", "}");
        for (int i = 0; i < spec.fields().size(); i++) {
            Type type = spec.partitionType().fields().get(i).type();
            Object value = file.partition().get(i, Object.class);
            if (value != null) {
                boolean isFinite = !(value instanceof Number number) || Double.isFinite(number.doubleValue());
                values.add("\"%d\":%s"
                        .formatted(
                                spec.fields().get(i).fieldId(),
                                isFinite ? SingleValueParser.toJson(type, value) : "\"" + value + "\""));
            }
        }
        return values.toString();
    }

    /** Does nothing: committed files were moved to their table. */
    @Override
    public void keep() {}

    @Override
    public void close() {
        delete(folder);
    }

    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The staging folder " + folder + " can't be removed", e);
        }
    }
}
