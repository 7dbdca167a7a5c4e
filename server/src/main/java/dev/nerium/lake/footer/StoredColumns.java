package dev.nerium.lake.footer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.schema.MessageType;

/** The columns of a data file that a reader without a schema reads with the types that Iceberg has for them. */
public final class StoredColumns {
    private final Schema schema;
    private final MessageType types;
    private final boolean hasArrowSchema;
    private final Map<Integer, NestedField> byId = new HashMap<>();
    private final Map<String, NestedField> byName = new HashMap<>();
    private final Set<Integer> fields;

    private StoredColumns(Schema schema, Footer footer) {
        this.schema = schema;
        this.types = footer.columns();
        this.hasArrowSchema = footer.arrowSchema().isPresent();
        this.fields = TypeUtil.indexById(schema.asStruct()).keySet();
        for (NestedField column : schema.columns()) {
            byId.put(column.fieldId(), column);
            byName.put(column.name(), column);
        }
    }

    /** Empty where a field has no id, a name or id occurs twice, or Polars would read a type that is not Iceberg's. */
    public static Optional<StoredColumns> of(Footer footer) {
        try {
            Schema schema = ParquetSchemaUtil.convertAndPrune(footer.columns());
            return Optional.of(new StoredColumns(schema, footer))
                    .filter(StoredColumns::isUnambiguous)
                    .filter(columns -> PlainTypes.areAll(footer.columns()))
                    .filter(columns -> footer.arrowSchema()
                            .map(text -> ArrowSchema.describes(text, schema.columns()))
                            .orElse(true));
        } catch (RuntimeException | StackOverflowError e) {
            // Such a file may be hostile, or new: the reader by field ids reports the error.
            return Optional.empty();
        }
    }

    private boolean isUnambiguous() {
        List<NestedField> columns = schema.columns();
        return byId.size() == columns.size()
                && byName.size() == columns.size()
                // Gives an id to each field without one, and prunes none.
                && ColumnTypes.areEqual(
                        schema.asStruct(), ParquetSchemaUtil.convert(types).asStruct());
    }

    /** Iceberg schema JSON: the file's own names and types, with field ids. */
    public String schemaJson() {
        return SchemaParser.toJson(schema);
    }

    public List<NestedField> columns() {
        return schema.columns();
    }

    public Optional<NestedField> column(int id) {
        return Optional.ofNullable(byId.get(id));
    }

    public Optional<NestedField> column(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Whether a column, or a field inside of one, has the id. */
    public boolean hasField(int id) {
        return fields.contains(id);
    }

    /** Whether a column of this file and of another one have the same name, id and Parquet type. */
    public boolean hasSame(NestedField column, StoredColumns other) {
        return other.column(column.fieldId())
                .map(field -> PlainTypes.areAlike(types.getType(column.name()), other.types.getType(field.name())))
                .orElse(false);
    }

    /**
     * Whether Polars takes the columns of this file and of another one for the same by their Arrow schemas, which it
     * believes before the Parquet types.
     */
    public boolean hasArrowSchemaOf(StoredColumns other) {
        if (!hasArrowSchema && !other.hasArrowSchema) {
            return true;
        }
        // Each Arrow schema describes the Parquet columns of its file.
        return hasArrowSchema
                && other.hasArrowSchema
                && PlainTypes.areAlike(types.getFields(), other.types.getFields());
    }
}
