package dev.nerium.lake.system;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;
import org.jspecify.annotations.Nullable;

/** Makes Iceberg's generic records of plain values: texts, numbers, instants, lists and maps. */
final class RecordConverter {
    private RecordConverter() {}

    /** @param values by column; one that is left out is null */
    static Record of(StructType type, Map<?, ?> values) {
        Record record = GenericRecord.create(type);
        for (NestedField field : type.fields()) {
            record.setField(field.name(), value(field.type(), values.get(field.name())));
        }
        return record;
    }

    private static @Nullable Object value(Type type, @Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Instant instant -> instant.atOffset(ZoneOffset.UTC);
            case Map<?, ?> struct -> of(type.asStructType(), struct);
            case List<?> list ->
                list.stream()
                        .map(element -> value(type.asListType().elementType(), element))
                        .toList();
            default -> value;
        };
    }
}
