package dev.nerium.lake.footer;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/** The columns of a data file whose statistics can be compared with values of the table's types. */
public final class ComparableColumns {
    private ComparableColumns() {}

    /** @return field ids of columns that the file has once, outside of nested columns, in the table's type or a narrower one */
    public static Set<Integer> ids(ParquetMetadata footer, Schema table) {
        MessageType columns = footer.getFileMetaData().getSchema();
        Schema stored = ParquetSchemaUtil.convertAndPrune(columns);
        Set<Integer> seen = new HashSet<>();
        Set<Integer> repeated = new HashSet<>();
        columns.getColumns().forEach(leaf -> {
            Type.ID id = leaf.getPrimitiveType().getId();
            if (id != null && !seen.add(id.intValue())) {
                repeated.add(id.intValue());
            }
        });
        Set<Integer> ids = new HashSet<>();
        for (Type column : columns.getFields()) {
            if (isPlain(column)) {
                int id = column.getId().intValue();
                NestedField own = stored.asStruct().field(id);
                NestedField wanted = table.asStruct().field(id);
                if (own != null
                        && wanted != null
                        && !repeated.contains(id)
                        && hasTypeOf(own, wanted)
                        && hasReadableBounds(column.getName(), wanted, footer.getBlocks())) {
                    ids.add(id);
                }
            }
        }
        return ids;
    }

    private static boolean isPlain(Type column) {
        return column.getId() != null
                && column.isPrimitive()
                && !column.isRepetition(Repetition.REPEATED)
                && PlainTypes.isPlain(column.asPrimitiveType());
    }

    /** Iceberg's readers compare UUIDs as signed numbers, and bounds are in the order of unsigned bytes. */
    private static boolean hasTypeOf(NestedField own, NestedField wanted) {
        return wanted.type().typeId() != TypeID.UUID
                && (ColumnTypes.areEqual(own.type(), wanted.type())
                        || ColumnTypes.isWidened(own.type(), wanted.type()));
    }

    /** A bound of a string that was cut inside a character decodes to another character, which may be larger. */
    private static boolean hasReadableBounds(String name, NestedField wanted, List<BlockMetaData> groups) {
        return wanted.type().typeId() != TypeID.STRING
                || groups.stream()
                        .flatMap(group -> group.getColumns().stream())
                        .filter(chunk -> chunk.getPath().size() == 1
                                && chunk.getPath().toArray()[0].equals(name))
                        .map(ColumnChunkMetaData::getStatistics)
                        .allMatch(ComparableColumns::hasReadableBounds);
    }

    private static boolean hasReadableBounds(Statistics<?> statistics) {
        return !statistics.hasNonNullValue()
                || (isText(statistics.genericGetMin()) && isText(statistics.genericGetMax()));
    }

    private static boolean isText(Object bound) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(((Binary) bound).toByteBuffer());
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
