package dev.nerium.lake.write;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.footer.LocalFooter;
import dev.nerium.lake.io.TableFileIO;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import shaded.parquet.org.apache.thrift.TException;

/**
 * Parquet files that a worker left, on their way into a table: checked, measured by their own footers, moved to the table's
 * folder. The worker is dead by then, and its statements about files must agree with their footers.
 */
public record DataFileBuilder(Map<Path, DataFile> files, Set<String> inPlace) {
    private static final int MAX_FOOTER_BYTES = 64 << 20;
    /** The letters PAR1. */
    private static final int MAGIC = 0x31524150;
    /** The length of the footer and the letters after it. */
    private static final int TAIL_BYTES = 8;

    private static final int LEAST_BYTES = 12;
    /** Maximum length of the name of a folder or file, in Iceberg's encoding, which is ASCII. */
    private static final int MAX_NAME_LENGTH = 255;

    private static final Map<String, String> WHOLE_BOUNDS = Map.of(TableProperties.DEFAULT_WRITE_METRICS_MODE, "full");

    /** Checks the files, and decides where they go: below the table's location, named after the run. Moves none. */
    public static DataFileBuilder measure(List<StagedFile> staged, WriteTarget target, UUID run) {
        Map<Path, DataFile> files = new LinkedHashMap<>();
        for (int i = 0; i < staged.size(); i++) {
            files.put(staged.get(i).path(), measure(staged.get(i), target, "%s-%05d.parquet".formatted(run, i)));
        }
        return new DataFileBuilder(
                files, staged.stream().flatMap(file -> file.location().stream()).collect(Collectors.toSet()));
    }

    /** Fails where a file is there already: a run's commit that was expired since still has its files in the table. */
    public void requireNew(TableFileIO into, UUID run) {
        if (locations().stream()
                .filter(location -> !inPlace.contains(location))
                .anyMatch(location -> into.newInputFile(location).exists())) {
            throw NeriumException.invalid("The run " + run + " has written to this table before: use a new run id.");
        }
    }

    /** Moves the files to where they go. */
    public void moveInto(TableFileIO into) {
        Map<Path, String> places = new LinkedHashMap<>();
        files.forEach((staged, file) -> {
            if (!inPlace.contains(file.location())) {
                places.put(staged, file.location());
            }
        });
        try {
            into.adopt(places);
        } catch (IOException e) {
            throw new UncheckedIOException("A file can't be moved to the table's", e);
        }
    }

    public List<DataFile> dataFiles() {
        return List.copyOf(files.values());
    }

    public List<String> locations() {
        return files.values().stream().map(DataFile::location).toList();
    }

    public long rows() {
        return files.values().stream().mapToLong(DataFile::recordCount).sum();
    }

    private static DataFile measure(StagedFile staged, WriteTarget target, String fileName) {
        try {
            return dataFile(staged, target, fileName);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The new file " + staged.path() + " of " + target.name() + " can't be read", e);
        }
    }

    private static DataFile dataFile(StagedFile staged, WriteTarget target, String fileName) throws IOException {
        Table table = target.transaction().table();
        if (staged.location().isEmpty()) {
            UuidColumns.annotate(staged.path(), target.schema(), table.spec());
        }
        ParquetMetadata footer = footer(staged.path(), target.schema());
        long rows = ParquetFooterCheck.rows(footer, staged.path(), footerStart(staged.path()));
        if (staged.rows().isPresent() && staged.rows().getAsLong() != rows) {
            throw unusable("it has %d rows, and the run reported %d"
                    .formatted(rows, staged.rows().getAsLong()));
        }
        StructLike partition = partition(staged, table.spec(), footer);
        return DataFiles.builder(table.spec())
                .withPath(staged.location().orElseGet(() -> location(table, partition, fileName)))
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(Files.size(staged.path()))
                .withPartition(partition)
                .withMetrics(UuidColumns.withoutBounds(metrics(footer, MetricsConfig.forTable(table)), target.schema()))
                .withSplitOffsets(ParquetUtil.getSplitOffsets(footer))
                .withSortOrder(table.sortOrder())
                .build();
    }

    /** The path by the table's properties; a partition whose name is too long for a folder gets no folder of its own. */
    private static String location(Table table, StructLike partition, String fileName) {
        LocationProvider locations = table.locationProvider();
        if (table.spec().isPartitioned()) {
            String location = locations.newDataLocation(table.spec(), partition, fileName);
            if (Stream.of(location.split("/")).allMatch(name -> name.length() <= MAX_NAME_LENGTH)) {
                return location;
            }
        }
        return locations.newDataLocation(fileName);
    }

    private static StructLike partition(StagedFile staged, PartitionSpec spec, ParquetMetadata footer) {
        MetricsConfig wholeBounds = MetricsConfig.from(WHOLE_BOUNDS, spec.schema(), SortOrder.unsorted());
        try {
            return PartitionValues.parse(spec, staged.partitionJson(), metrics(footer, wholeBounds));
        } catch (PartitionValues.MismatchException e) {
            throw unusable(String.valueOf(e.getMessage()));
        } catch (BufferUnderflowException e) {
            throw unusable("its bounds are not values of their columns");
        }
    }

    private static Metrics metrics(ParquetMetadata footer, MetricsConfig config) {
        try {
            return ParquetUtil.footerMetrics(footer, Stream.empty(), config);
        } catch (RuntimeException e) {
            throw unusable("its statistics can't be read");
        }
    }

    /** Rows of a file, by its footer. */
    public static long rows(Path file) {
        try {
            return ParquetFooterCheck.rows(footer(file), file, footerStart(file));
        } catch (IOException e) {
            throw new UncheckedIOException("The new file " + file + " can't be read", e);
        }
    }

    private static ParquetMetadata footer(Path file) throws IOException {
        footerStart(file);
        try {
            return LocalFooter.read(file);
        } catch (RuntimeException | StackOverflowError e) {
            throw unusable("it is not a Parquet file");
        } catch (IOException e) {
            if (e.getCause() instanceof TException) {
                throw unusable("its footer can't be read");
            }
            throw e;
        }
    }

    private static ParquetMetadata footer(Path file, Schema expected) throws IOException {
        ParquetMetadata footer = footer(file);
        if (!ParquetSchemaUtil.hasIds(footer.getFileMetaData().getSchema())) {
            throw unusable("it has no field ids");
        }
        Schema actual = schema(footer);
        for (NestedField column : actual.columns()) {
            NestedField wanted = expected.findField(column.fieldId());
            if (wanted == null || !(hasTypeOf(column, wanted) || UuidColumns.isAnnotated(column, wanted, footer))) {
                throw unusable("column '" + column.name() + "' has another id or type than the table's");
            }
        }
        return footer;
    }

    /** Fields in it have the table's names, or those that Iceberg's own writer makes of them, which Avro takes. */
    private static boolean hasTypeOf(NestedField column, NestedField wanted) {
        String type = column.type().toString();
        return type.equals(wanted.type().toString())
                || (!wanted.type().isPrimitiveType() && type.equals(typeOfWriter(wanted)));
    }

    private static String typeOfWriter(NestedField column) {
        try {
            Schema stored = ParquetSchemaUtil.convert(ParquetSchemaUtil.convert(new Schema(column), "table"));
            return stored.columns().getFirst().type().toString();
        } catch (RuntimeException e) {
            throw unusable("column '" + column.name() + "' has a field whose name no file can have");
        }
    }

    private static Schema schema(ParquetMetadata footer) {
        try {
            return ParquetSchemaUtil.convert(footer.getFileMetaData().getSchema());
        } catch (RuntimeException e) {
            throw unusable("its schema can't be read");
        }
    }

    /**
     * Where the footer begins. The reader takes as much memory as the last bytes of a file say that its footer has, and leaves
     * the first bytes unread, by which readers of other formats go.
     */
    static long footerStart(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            long size = channel.size();
            if (size < LEAST_BYTES || read(channel, 0) != MAGIC || read(channel, size - Integer.BYTES) != MAGIC) {
                throw unusable("it is not a Parquet file");
            }
            int bytes = read(channel, size - TAIL_BYTES);
            if (bytes < 0 || bytes > MAX_FOOTER_BYTES) {
                throw unusable("its footer is larger than 64 MiB");
            }
            return size - TAIL_BYTES - bytes;
        }
    }

    private static int read(SeekableByteChannel channel, long position) throws IOException {
        ByteBuffer number = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        channel.position(position);
        while (number.hasRemaining() && channel.read(number) >= 0) {}
        return number.flip().getInt();
    }

    public static NeriumException unusable(String why) {
        return new NeriumException(
                ErrorCode.WORKER_PROTOCOL_ERROR, "A file of the run can't be committed: " + why + ".");
    }
}
