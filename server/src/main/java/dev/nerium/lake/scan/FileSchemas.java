package dev.nerium.lake.scan;

import dev.nerium.error.PlainText;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.table.TableSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.schema.MessageType;

/**
 * The schemas of data files that can't be read by field ids alone: files without ids, whose names the table's name mapping knows,
 * files with a type that Polars does not widen by itself, and files that lack a field inside another which has an initial
 * default: Polars fills whole columns only. Footers are read only where the table's metadata says that there
 * may be such files. For one plan.
 */
final class FileSchemas {
    private static final int LONGEST_SHOWN = 200;

    private final PinnedTable pinned;
    private final Footers footers;
    private final Optional<NameMapping> mapping;
    private final Set<Integer> nestedDefaults;
    private final boolean suspicious;
    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    FileSchemas(PinnedTable pinned, Footers footers) {
        this.pinned = pinned;
        this.footers = footers;
        this.mapping = pinned.nameMapping().map(json -> mapping(pinned, json));
        this.nestedDefaults = nestedDefaults(pinned.schema());
        this.suspicious = mapping.isPresent() || !nestedDefaults.isEmpty() || hasWidened(pinned);
    }

    private static NameMapping mapping(PinnedTable pinned, String json) {
        try {
            return NameMappingParser.fromJson(json);
        } catch (RuntimeException e) {
            throw TableSupport.because(
                    pinned,
                    "has the property '" + TableProperties.DEFAULT_NAME_MAPPING
                            + "', whose value is not a readable name mapping: "
                            + PlainText.of(json, LONGEST_SHOWN));
        }
    }

    private static Set<Integer> nestedDefaults(Schema schema) {
        return TypeUtil.indexById(schema.asStruct()).values().stream()
                .filter(field -> field.initialDefault() != null)
                .map(NestedField::fieldId)
                .filter(id -> schema.asStruct().field(id) == null)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Iceberg schemas with the files' own names and types and the table's ids. */
    List<String> schemas() {
        return List.copyOf(numbers.keySet());
    }

    /** Index of the file's schema; empty if its field ids suffice. */
    OptionalInt layout(DataFile file) {
        if (!suspicious) {
            return OptionalInt.empty();
        }
        MessageType stored = stored(file);
        boolean withIds = ParquetSchemaUtil.hasIds(stored);
        if (withIds && suffices(ParquetSchemaUtil.convertAndPrune(stored))) {
            return OptionalInt.empty();
        }
        MessageType named = withIds ? stored : ParquetSchemaUtil.applyNameMapping(stored, mapping(file));
        String schema = SchemaParser.toJson(ParquetSchemaUtil.convertAndPrune(named));
        return OptionalInt.of(numbers.computeIfAbsent(schema, unseen -> numbers.size()));
    }

    private boolean suffices(Schema stored) {
        return !isNarrow(stored) && nestedDefaults.stream().allMatch(id -> stored.findField(id) != null);
    }

    private NameMapping mapping(DataFile file) {
        return mapping.orElseThrow(() -> TableSupport.because(
                pinned,
                "has data files without field ids, such as " + file.location() + ", and no property '"
                        + TableProperties.DEFAULT_NAME_MAPPING + "' that maps their names"));
    }

    private MessageType stored(DataFile file) {
        try {
            return footers.of(pinned, file).columns();
        } catch (IOException e) {
            throw new UncheckedIOException("The data file " + file.location() + " can't be read", e);
        }
    }

    private static boolean hasWidened(PinnedTable pinned) {
        return pinned.table().schemas().values().stream().anyMatch(older -> isNarrow(older, pinned.schema()));
    }

    private boolean isNarrow(Schema stored) {
        return isNarrow(stored, pinned.schema());
    }

    /** Integers and floats are widened while they are read; decimals and dates are not. */
    private static boolean isNarrow(Schema stored, Schema wanted) {
        Map<Integer, Type> types = TypeUtil.indexById(stored.asStruct()).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().type()));
        return TypeUtil.indexById(wanted.asStruct()).values().stream()
                .filter(field -> isWidened(field.type()))
                .anyMatch(field ->
                        types.containsKey(field.fieldId()) && !field.type().equals(types.get(field.fieldId())));
    }

    private static boolean isWidened(Type type) {
        return switch (type.typeId()) {
            case DECIMAL, TIMESTAMP, TIMESTAMP_NANO -> true;
            default -> false;
        };
    }
}
