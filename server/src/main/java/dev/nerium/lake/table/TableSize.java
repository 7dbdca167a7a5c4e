package dev.nerium.lake.table;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.types.Type;

/**
 * How large the data files of one snapshot are, from its manifests.
 *
 * @param snapshot empty where nothing was ever written
 * @param rows of the files, those among them that delete files mark as deleted
 */
public record TableSize(OptionalLong snapshot, long bytes, long rows, int files) {

    public static TableSize of(PinnedTable pinned, List<PartitionFilter> filters) {
        filters.forEach(filter -> requireKnown(pinned, filter.key()));
        long bytes = 0;
        long rows = 0;
        int files = 0;
        if (pinned.snapshot().isPresent()) {
            try (CloseableIterable<FileScanTask> tasks = pinned.scan().planFiles()) {
                for (FileScanTask task : tasks) {
                    if (filters.stream().allMatch(filter -> matches(pinned, task, filter))) {
                        bytes += task.file().fileSizeInBytes();
                        rows += task.file().recordCount();
                        files++;
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("The files of " + pinned.reference() + " can't be listed", e);
            }
        }
        return new TableSize(pinned.snapshotId(), bytes, rows, files);
    }

    private static void requireKnown(PinnedTable pinned, String key) {
        Table table = pinned.table();
        if (table.specs().values().stream().allMatch(spec -> position(spec, key).isEmpty())) {
            List<String> names = table.spec().fields().stream()
                    .filter(field -> !field.transform().isVoid())
                    .map(PartitionField::name)
                    .toList();
            throw NeriumException.invalid("partitionKey is '%s': the table %s is %s."
                    .formatted(
                            key,
                            pinned.reference(),
                            names.isEmpty() ? "not partitioned" : "partitioned by " + String.join(", ", names)));
        }
    }

    private static boolean matches(PinnedTable pinned, FileScanTask task, PartitionFilter filter) {
        OptionalInt position = position(task.spec(), filter.key());
        if (position.isEmpty()) {
            throw new NeriumException(
                    ErrorCode.UNSUPPORTED_TABLE,
                    "Table %s contains files written before it was partitioned by '%s', so their size per partition is unknown without reading them."
                            .formatted(pinned.reference(), filter.key()),
                    "Such a file is " + task.file().location() + ". Omit the filter, or rewrite the table.");
        }
        return filter.value().equals(text(task.spec(), task.file(), position.getAsInt()));
    }

    private static OptionalInt position(PartitionSpec spec, String key) {
        List<PartitionField> fields = spec.fields();
        return IntStream.range(0, fields.size())
                .filter(i -> !fields.get(i).transform().isVoid())
                .filter(i -> fields.get(i).name().equals(key)
                        || (fields.get(i).transform().isIdentity()
                                && key.equals(spec.schema()
                                        .findColumnName(fields.get(i).sourceId()))))
                .findFirst();
    }

    private static String text(PartitionSpec spec, DataFile file, int position) {
        PartitionField field = spec.fields().get(position);
        Type type = spec.partitionType().fields().get(position).type();
        Object value = file.partition().get(position, Object.class);
        return transform(field).toHumanString(type, value);
    }

    @SuppressWarnings("unchecked") // the value is of the transform's own type
    private static Transform<?, Object> transform(PartitionField field) {
        return (Transform<?, Object>) field.transform();
    }
}
