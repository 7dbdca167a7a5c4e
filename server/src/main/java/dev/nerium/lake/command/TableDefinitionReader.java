package dev.nerium.lake.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.catalog.TableDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/** Reads the parts of a new table: columns, partitioning, sort order, properties. */
public final class TableDefinitionReader {
    private static final Set<TypeID> UNSUPPORTED =
            Set.of(TypeID.VARIANT, TypeID.GEOMETRY, TypeID.GEOGRAPHY, TypeID.UNKNOWN);

    private static final int LONGEST_NAME = 1000;

    private TableDefinitionReader() {}

    static TableDefinition read(CommandFields message) {
        return read(message, schema(message.object("schema").message()));
    }

    /** @param schema the columns of the table, which may be those of a query */
    static TableDefinition read(CommandFields message, Schema schema) {
        Map<String, String> properties = new HashMap<>(message.map("properties"));
        message.optionalText("comment").ifPresent(comment -> properties.put("comment", comment));
        properties.putIfAbsent(TableProperties.PARQUET_COMPRESSION, "snappy");
        if (needsVersion3(schema)) {
            requireVersion3(properties.getOrDefault(TableProperties.FORMAT_VERSION, "3"));
            properties.put(TableProperties.FORMAT_VERSION, "3");
        }
        List<TransformedColumn> partitioning = message.objects("partitioning").stream()
                .map(TableDefinitionReader::transformed)
                .toList();
        return new TableDefinition(
                schema, spec(schema, partitioning), order(schema, ordered(message, "order")), properties);
    }

    /** Reads Iceberg's JSON of a schema, the ids of which are placeholders. */
    static Schema schema(JsonNode json) {
        try {
            Schema schema = SchemaParser.fromJson(json);
            // Names and ids that are there twice are found now.
            schema.findField("x");
            TypeUtil.indexById(schema.asStruct()).values().forEach(TableDefinitionReader::requireSupported);
            return schema;
        } catch (RuntimeException e) {
            throw Refusals.invalid("The columns can't be those of a table", e);
        }
    }

    private static void requireSupported(NestedField field) {
        requireName(field.name());
        if (UNSUPPORTED.contains(field.type().typeId())) {
            throw NeriumException.invalid(
                    "The column '%s' has the type %s, which this server does not read: use another type."
                            .formatted(field.name(), field.type()));
        }
    }

    /** Fails unless a column may have this name. */
    static void requireName(String name) {
        if (name.isBlank() || name.length() > LONGEST_NAME || name.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw NeriumException.invalid(
                    "A column has the name '%s': expected 1 to %d characters, none of which is a control character."
                            .formatted(name.substring(0, Math.min(60, name.length())), LONGEST_NAME));
        }
    }

    private static boolean needsVersion3(Schema schema) {
        return TypeUtil.indexById(schema.asStruct()).values().stream()
                .anyMatch(field -> field.type().typeId() == TypeID.TIMESTAMP_NANO || field.writeDefault() != null);
    }

    private static void requireVersion3(String version) {
        if (!version.equals("3")) {
            throw NeriumException.invalid(
                    "The property format-version is '%s', and the columns need 3: defaults and nanoseconds are of that version."
                            .formatted(version));
        }
    }

    private static PartitionSpec spec(Schema schema, List<TransformedColumn> partitioning) {
        try {
            PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
            for (TransformedColumn column : partitioning) {
                column.requireAppliesTo(schema);
                column.addTo(spec);
            }
            return spec.build();
        } catch (RuntimeException e) {
            throw Refusals.invalid("The table can't be partitioned like this", e);
        }
    }

    private static SortOrder order(Schema schema, List<OrderedColumn> columns) {
        try {
            SortOrder.Builder order = SortOrder.builderFor(schema);
            for (OrderedColumn column : columns) {
                column.column().requireAppliesTo(schema);
                column.addTo(order);
            }
            return order.build();
        } catch (RuntimeException e) {
            throw Refusals.invalid("The table can't be sorted like this", e);
        }
    }

    static TransformedColumn transformed(CommandFields field) {
        return new TransformedColumn(field.text("column"), field.text("transform"));
    }

    static List<OrderedColumn> ordered(CommandFields message, String field) {
        return message.objects(field).stream()
                .map(column -> new OrderedColumn(
                        transformed(column),
                        choice(SortDirection.class, column.text("direction")),
                        choice(NullOrder.class, "NULLS_" + column.text("nulls"))))
                .toList();
    }

    private static <T extends Enum<T>> T choice(Class<T> type, String text) {
        try {
            return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw CommandFields.broken("a sort order that is not known");
        }
    }
}
