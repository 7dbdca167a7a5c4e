package dev.nerium.lake.scan;

import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.table.TableSupport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;
import org.apache.iceberg.util.PartitionMap;

/**
 * The equality deletes of one plan. Iceberg's planner lists them per data file; said once per delete file, with the scopes
 * that make them meet the same data files, they stay few where a stream of upserts gave each data file hundreds.
 */
final class EqualityDeletePlanner {
    private final PinnedTable pinned;
    private final PartitionMap<Integer> partitions;
    private final Map<String, DeleteFile> files = new LinkedHashMap<>();

    EqualityDeletePlanner(PinnedTable pinned, List<FileScanTask> tasks) {
        this.pinned = pinned;
        this.partitions = PartitionMap.create(pinned.table().specs());
        for (FileScanTask task : tasks) {
            for (DeleteFile delete : task.deletes()) {
                if (delete.content() == FileContent.EQUALITY_DELETES) {
                    files.putIfAbsent(delete.location(), delete);
                }
            }
        }
    }

    EqualityDeletes deletes() {
        if (files.isEmpty()) {
            return EqualityDeletes.NONE;
        }
        List<EqualityDeletes.File> planned = new ArrayList<>();
        Set<Integer> fields = new HashSet<>();
        for (DeleteFile file : files.values()) {
            TableSupport.requireParquet(pinned, file, "equality deletes");
            planned.add(new EqualityDeletes.File(pinned.file(file), file.equalityFieldIds(), deleteScope(file)));
            fields.addAll(file.equalityFieldIds());
        }
        return new EqualityDeletes(
                planned, fields.stream().sorted().map(this::key).toList());
    }

    /** The sequence number and partition of a data file. */
    DeleteScope scope(ContentFile<?> file) {
        return files.isEmpty() ? DeleteScope.NONE : new DeleteScope(sequence(file), partition(file));
    }

    static long sequence(ContentFile<?> file) {
        Long sequence = file.dataSequenceNumber();
        return sequence == null ? 0 : sequence;
    }

    private DeleteScope deleteScope(DeleteFile file) {
        PartitionSpec spec = Objects.requireNonNull(pinned.table().specs().get(file.specId()));
        return new DeleteScope(sequence(file), spec.isUnpartitioned() ? DeleteScope.EVERYWHERE : partition(file));
    }

    private int partition(ContentFile<?> file) {
        return partitions.computeIfAbsent(file.specId(), file.partition(), partitions::size);
    }

    /** The newest definition of the field, which may have been widened and dropped later. */
    private EqualityDeletes.DeleteKey key(int field) {
        Table table = pinned.table();
        Schema schema = pinned.schema().findField(field) != null
                ? pinned.schema()
                : table.schemas().values().stream()
                        .filter(candidate -> candidate.findField(field) != null)
                        .max(Comparator.comparingInt(Schema::schemaId))
                        .orElseThrow(() -> TableSupport.because(
                                pinned,
                                "has equality deletes by the field " + field + ", which none of its schemas has"));
        return new EqualityDeletes.DeleteKey(field, SchemaParser.toJson(new Schema(alone(schema, field))));
    }

    /** The field inside its structs, which have no other field. */
    private NestedField alone(Schema schema, int field) {
        Map<Integer, Integer> parents = TypeUtil.indexParents(schema.asStruct());
        NestedField alone = schema.findField(field);
        for (Integer parent = parents.get(field); parent != null; parent = parents.get(parent)) {
            NestedField struct = schema.findField(parent);
            if (!struct.type().isStructType()) {
                throw TableSupport.because(
                        pinned, "has equality deletes by the field " + field + ", which is inside a list or a map");
            }
            alone = NestedField.from(struct).ofType(StructType.of(alone)).build();
        }
        return alone;
    }
}
