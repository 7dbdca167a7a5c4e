package dev.nerium.lake.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.FixedType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.UUIDType;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.jspecify.annotations.Nullable;

/**
 * Columns of the type uuid in new files. Polars writes 16 bytes for each value, without the annotation UUID that Iceberg
 * requires, so the footer is rewritten. Iceberg's readers compare UUIDs as signed numbers, and bounds are in
 * the order of unsigned bytes: readers would skip files and row groups with matching values, so bounds are omitted.
 */
final class UuidColumns {
    private static final int BYTES = 16;

    private UuidColumns() {}

    /** Annotates the columns of a file that a worker wrote for a table; most tables have none. */
    static void annotate(Path file, Schema schema, PartitionSpec spec) throws IOException {
        Set<Integer> ids = ids(schema);
        if (ids.isEmpty()) {
            return;
        }
        long start = DataFileBuilder.footerStart(file);
        try (SeekableByteChannel channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
            channel.position(start);
            FileMetaData footer = Util.readFileMetaData(Channels.newInputStream(channel));
            Set<String> names = annotate(footer, ids);
            if (!names.isEmpty()) {
                names.removeAll(partitioning(schema, spec));
                required(footer.getRow_groups()).forEach(group -> leaveOutBounds(group, names));
                channel.truncate(start).position(start);
                Util.writeFileMetaData(footer, Channels.newOutputStream(channel));
                int length = Math.toIntExact(channel.position() - start);
                channel.write(ByteBuffer.allocate(2 * Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(length)
                        .put("PAR1".getBytes(StandardCharsets.US_ASCII))
                        .flip());
            }
        } catch (AccessDeniedException e) {
            throw DataFileBuilder.unusable("it can't be changed");
        } catch (RuntimeException | StackOverflowError e) {
            throw DataFileBuilder.unusable("its footer can't be read");
        }
    }

    /** Columns with one value in each file, by which the file's partition is checked. */
    private static Set<String> partitioning(Schema schema, PartitionSpec spec) {
        return spec.fields().stream()
                .filter(field -> field.transform().isIdentity())
                .map(field -> schema.findColumnName(field.sourceId()))
                .collect(Collectors.toSet());
    }

    /** Requires a field that Parquet requires: a footer without it is not read. */
    private static <T> List<T> required(@Nullable List<T> parts) {
        return Objects.requireNonNull(parts);
    }

    private static Set<Integer> ids(Schema schema) {
        return schema.columns().stream()
                .filter(column -> column.type().typeId() == TypeID.UUID)
                .map(NestedField::fieldId)
                .collect(Collectors.toSet());
    }

    /** @return names of the columns that were annotated */
    private static Set<String> annotate(FileMetaData footer, Set<Integer> ids) {
        return required(footer.getSchema()).stream()
                .filter(column -> column.isSetField_id()
                        && ids.contains(column.getField_id())
                        && column.getType() == Type.FIXED_LEN_BYTE_ARRAY
                        && column.getType_length() == BYTES
                        && !column.isSetLogicalType())
                .map(column -> column.setLogicalType(LogicalType.UUID(new UUIDType())))
                .map(SchemaElement::getName)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static void leaveOutBounds(RowGroup group, Set<String> names) {
        required(group.getColumns()).stream()
                .map(chunk -> chunk.getMeta_data())
                .filter(column -> column.isSetStatistics()
                        && names.contains(String.join(".", required(column.getPath_in_schema()))))
                .map(ColumnMetaData::getStatistics)
                .forEach(UuidColumns::leaveOutBounds);
    }

    private static void leaveOutBounds(Statistics statistics) {
        statistics.unsetMin();
        statistics.unsetMax();
        statistics.unsetMin_value();
        statistics.unsetMax_value();
        statistics.unsetIs_min_value_exact();
        statistics.unsetIs_max_value_exact();
    }

    /** Whether a file has a column of UUIDs as it must be; Iceberg's library reads its type as bytes. */
    static boolean isAnnotated(NestedField column, NestedField wanted, ParquetMetadata footer) {
        return wanted.type().typeId() == TypeID.UUID
                && column.type().equals(FixedType.ofLength(BYTES))
                && footer.getFileMetaData().getSchema().getType(column.name()).getLogicalTypeAnnotation()
                        instanceof UUIDLogicalTypeAnnotation;
    }

    /** The metrics of a file for the manifest, without bounds of such columns, which readers would misinterpret. */
    static Metrics withoutBounds(Metrics metrics, Schema schema) {
        Set<Integer> ids = ids(schema);
        if (ids.isEmpty()) {
            return metrics;
        }
        Map<Integer, ByteBuffer> lower = copy(metrics.lowerBounds());
        Map<Integer, ByteBuffer> upper = copy(metrics.upperBounds());
        lower.keySet().removeAll(ids);
        upper.keySet().removeAll(ids);
        return new Metrics(
                metrics.recordCount(),
                metrics.columnSizes(),
                metrics.valueCounts(),
                metrics.nullValueCounts(),
                metrics.nanValueCounts(),
                lower,
                upper);
    }

    private static Map<Integer, ByteBuffer> copy(@Nullable Map<Integer, ByteBuffer> bounds) {
        return bounds == null ? new HashMap<>() : new HashMap<>(bounds);
    }
}
