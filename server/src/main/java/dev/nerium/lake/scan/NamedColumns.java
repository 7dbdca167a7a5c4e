package dev.nerium.lake.scan;

import dev.nerium.lake.footer.ColumnTypes;
import dev.nerium.lake.footer.Footer;
import dev.nerium.lake.footer.StoredColumns;
import dev.nerium.lake.table.PinnedTable;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Decides whether the data files of a plan can be read by the names of their columns, as a reader does that knows nothing of
 * field ids and takes the columns of the first file for those of all. Such a reader can plan with the statistics of the files.
 */
public final class NamedColumns {
    /** More footers would cost more than the better plan saves. */
    public static final int MAX_FILES = 256;

    private final Schema wanted;
    private final PinnedTable pinned;
    private final Footers footers;
    private final Map<Footer, Optional<StoredColumns>> distinct = new HashMap<>();

    NamedColumns(PinnedTable pinned, Footers footers) {
        this.wanted = pinned.schema();
        this.pinned = pinned;
        this.footers = footers;
    }

    /**
     * Iceberg schema JSON of the first file, where all can be read by its names.
     *
     * @param tasks of the files of the plan, in their order
     */
    Optional<String> schemaJson(ScanPlan plan, List<FileScanTask> tasks) {
        if (tasks.isEmpty()
                || tasks.size() > MAX_FILES
                || !plan.objects().isEmpty()
                || !plan.equality().isEmpty()
                || !plan.layouts().isEmpty()) {
            return Optional.empty();
        }
        try {
            return first(plan, tasks).map(StoredColumns::schemaJson);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            // The reader of the file reports what is wrong with it.
            return Optional.empty();
        }
    }

    private Optional<StoredColumns> first(ScanPlan plan, List<FileScanTask> tasks) throws IOException {
        Optional<StoredColumns> first = columns(tasks.getFirst()).filter(this::suffices);
        for (int i = 0; i < tasks.size() && first.isPresent(); i++) {
            StoredColumns of = first.get();
            PlannedFile file = plan.files().get(i);
            first = columns(tasks.get(i))
                    .filter(later -> later == of || follows(later, of))
                    .filter(later -> hasConstants(later, file))
                    .map(_ -> of);
        }
        return first;
    }

    private Optional<StoredColumns> columns(FileScanTask task) throws IOException {
        return distinct.computeIfAbsent(footers.of(pinned, task.file()), StoredColumns::of);
    }

    /** Whether the wanted columns that a first file has are read with their types, or narrower ones that are then cast. */
    private boolean suffices(StoredColumns first) {
        return wanted.columns().stream()
                .allMatch(column -> first.column(column.fieldId())
                        .map(NestedField::type)
                        .map(stored -> ColumnTypes.areEqual(stored, column.type())
                                || ColumnTypes.isWidened(stored, column.type()))
                        .orElse(true));
    }

    private boolean follows(StoredColumns later, StoredColumns first) {
        return later.hasArrowSchemaOf(first)
                && first.columns().stream().allMatch(column -> isFound(column, first, later))
                && wanted.columns().stream()
                        .map(NestedField::fieldId)
                        .filter(id -> first.column(id).isEmpty())
                        .noneMatch(later::hasField);
    }

    /** Whether a reader that looks for a column of the first file by its name finds in a later one what it must find. */
    private boolean isFound(NestedField column, StoredColumns first, StoredColumns later) {
        NestedField reader = wanted.asStruct().field(column.fieldId());
        Optional<NestedField> named = later.column(column.name());
        if (reader == null) {
            return named.isEmpty() || first.hasSame(column, later);
        }
        if (later.column(column.fieldId()).isEmpty()) {
            return named.isEmpty() && reader.initialDefault() == null;
        }
        return first.hasSame(column, later)
                || named.filter(field -> field.fieldId() == column.fieldId())
                        .map(field -> ColumnTypes.isWidened(field.type(), column.type()))
                        .orElse(false);
    }

    /** Whether each value that a file's partition has for a field of the table is in the file as well. */
    private boolean hasConstants(StoredColumns file, PlannedFile planned) {
        return planned.constants().keySet().stream()
                .filter(id -> wanted.findField(id) != null)
                .allMatch(file::hasField);
    }
}
