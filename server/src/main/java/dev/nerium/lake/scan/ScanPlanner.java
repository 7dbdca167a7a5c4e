package dev.nerium.lake.scan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableVersion;
import dev.nerium.lake.storage.ObjectRef;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.table.TableSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SingleValueParser;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.expressions.Binder;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.ExpressionParser;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.metrics.InMemoryMetricsReporter;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.util.ContentFileUtil;

/**
 * Plans scans of pinned tables with Iceberg's own planner, and keeps the plans: a snapshot never changes, so a plan that was
 * made once stays right. Thread-safe.
 */
public final class ScanPlanner {
    private static final Comparator<FileScanTask> BY_AGE = Comparator.comparing(
                    (FileScanTask task) -> EqualityDeletePlanner.sequence(task.file()), Comparator.naturalOrder())
            .thenComparing(task -> task.file().location());

    /** Approximate memory of a planned file. */
    private static final int BYTES_PER_FILE = 256;

    /** Generated filters with thousands of values are not cached. */
    private static final int LONGEST_CACHED_FILTER = 4096;

    private record PlanKey(
            TableName name, String metadataLocation, TableVersion version, String filter, Optional<String> onlyKey) {}

    private final Cache<PlanKey, ScanPlan> plans;
    private final Footers footers = new Footers();

    public ScanPlanner(int cachedFiles) {
        this.plans = Caffeine.newBuilder()
                .maximumWeight(cachedFiles)
                .<PlanKey, ScanPlan>weigher((question, plan) ->
                        1 + plan.files().size() + question.filter().length() / BYTES_PER_FILE)
                .build();
    }

    /**
     * @param filter Iceberg expression JSON over the table's columns
     * @param limit rows that suffice where there is no filter
     */
    public ScanPlan plan(PinnedTable table, Optional<String> filter, OptionalLong limit) {
        PlanKey question = new PlanKey(
                table.reference().name(),
                table.metadataLocation(),
                table.reference().version(),
                filter.orElse(""),
                table.onlyKey());
        ScanPlan plan = question.filter().length() > LONGEST_CACHED_FILTER
                ? ask(table, filter)
                : plans.get(question, key -> ask(table, filter));
        return limit.isPresent() && filter.isEmpty() ? plan.firstRows(limit.getAsLong()) : plan;
    }

    private ScanPlan ask(PinnedTable pinned, Optional<String> filter) {
        // Rows of versions before this one belong to no key.
        boolean hasNone = pinned.onlyKey().isPresent() && !pinned.hasColumn(PinnedTable.KEY_COLUMN);
        if (pinned.snapshot().isEmpty() || hasNone) {
            return ScanPlan.EMPTY;
        }
        TableSupport.requireUnencrypted(pinned, pinned.snapshot().get());
        InMemoryMetricsReporter reporter = new InMemoryMetricsReporter();
        List<FileScanTask> tasks = tasks(pinned, scan(pinned, filter).metricsReporter(reporter));
        return plan(pinned, tasks).after(ManifestCounts.of(reporter));
    }

    /** The plan of exactly these files, with their deletes. */
    public ScanPlan plan(PinnedTable pinned, List<FileScanTask> chosen) {
        List<FileScanTask> tasks = byAge(chosen);
        EqualityDeletePlanner equality = new EqualityDeletePlanner(pinned, tasks);
        FileSchemas layouts = new FileSchemas(pinned, footers);
        List<PlannedFile> files = tasks.stream()
                .map(task -> planned(pinned, task, equality, layouts))
                .toList();
        long rows = files.stream().mapToLong(PlannedFile::rows).sum();
        ScanPlan plan = new ScanPlan(
                files,
                equality.deletes(),
                layouts.schemas(),
                rows,
                deleted(tasks),
                ManifestCounts.NONE,
                objects(pinned, tasks),
                Optional.empty());
        return plan.byNames(new NamedColumns(pinned, footers).schemaJson(plan, tasks));
    }

    /** Files in the order in which plans have them. */
    static List<FileScanTask> byAge(List<FileScanTask> tasks) {
        return tasks.stream().sorted(BY_AGE).toList();
    }

    /** The files and their deletes that are not on this machine. */
    private static Map<Path, ObjectRef> objects(PinnedTable pinned, List<FileScanTask> tasks) {
        Map<Path, ObjectRef> objects = new HashMap<>();
        for (FileScanTask task : tasks) {
            pinned.object(task.file()).ifPresent(object -> objects.put(pinned.file(task.file()), object));
            for (DeleteFile delete : task.deletes()) {
                pinned.object(delete).ifPresent(object -> objects.put(pinned.file(delete), object));
            }
        }
        return objects;
    }

    static List<FileScanTask> tasks(PinnedTable pinned, Optional<String> filter) {
        return tasks(pinned, scan(pinned, filter));
    }

    private static TableScan scan(PinnedTable pinned, Optional<String> filter) {
        Expression expression = filter(pinned, filter);
        return pinned.scan()
                .filter(pinned.onlyKey()
                        .<Expression>map(
                                key -> Expressions.and(expression, Expressions.equal(PinnedTable.KEY_COLUMN, key)))
                        .orElse(expression));
    }

    /** An expression for Iceberg's planner, which every row fulfils that fulfils the filter. */
    static Expression filter(PinnedTable pinned, Optional<String> filter) {
        return filter.map(json -> expression(json, pinned))
                .map(read -> TruncateEnds.widen(read, pinned.table(), pinned.schema()))
                .orElse(Expressions.alwaysTrue());
    }

    private static List<FileScanTask> tasks(PinnedTable pinned, TableScan scan) {
        List<FileScanTask> tasks = new ArrayList<>();
        try (CloseableIterable<FileScanTask> planned = scan.planFiles()) {
            planned.forEach(task -> {
                if (isVisible(pinned, task)) {
                    tasks.add(task);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("The plan of " + pinned.reference() + " can't be closed", e);
        } catch (RuntimeException e) {
            throw TableSupport.unreadable(pinned, e);
        }
        return tasks;
    }

    /** A file is shown whole, so where one key's rows are read it must have no others. */
    private static boolean isVisible(PinnedTable pinned, FileScanTask task) {
        return pinned.onlyKey().isEmpty() || pinned.onlyKey().equals(owner(task));
    }

    /** The key of a file's rows, by its partition; empty if it may have rows of several keys. */
    private static Optional<String> owner(FileScanTask task) {
        PartitionSpec spec = task.spec();
        for (int i = 0; i < spec.fields().size(); i++) {
            PartitionField field = spec.fields().get(i);
            if (field.transform().isIdentity()
                    && PinnedTable.KEY_COLUMN.equals(spec.schema().findColumnName(field.sourceId()))) {
                return Optional.ofNullable(task.file().partition().get(i, Object.class))
                        .map(Object::toString);
            }
        }
        return Optional.empty();
    }

    /** Only a deletion vector has an exact number of deleted rows: delete files may name one row twice. */
    private static OptionalLong deleted(List<FileScanTask> tasks) {
        long deleted = 0;
        for (FileScanTask task : tasks) {
            for (DeleteFile delete : task.deletes()) {
                if (!ContentFileUtil.isDV(delete)) {
                    return OptionalLong.empty();
                }
                deleted += delete.recordCount();
            }
        }
        return OptionalLong.of(deleted);
    }

    static Expression expression(String json, PinnedTable pinned) {
        try {
            Expression expression = ExpressionParser.fromJson(json, pinned.schema());
            Binder.bind(pinned.schema().asStruct(), expression, true);
            return expression;
        } catch (RuntimeException e) {
            if (hasNamesThatDifferInCase(pinned.schema())) {
                // Iceberg's parser knows columns whatever their case is, and refuses such a schema. Polars filters the
                // rows anyway.
                return Expressions.alwaysTrue();
            }
            throw new NeriumException(
                    ErrorCode.WORKER_PROTOCOL_ERROR, "The worker requested a plan with an invalid filter.", "", e);
        }
    }

    private static boolean hasNamesThatDifferInCase(Schema schema) {
        Set<String> names = TypeUtil.indexByName(schema.asStruct()).keySet();
        return names.stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .distinct()
                        .count()
                < names.size();
    }

    /** The files as they are, nothing deleted from them; fails where field ids do not suffice to read them. */
    ScanPlan whole(PinnedTable pinned, List<FileScanTask> tasks) {
        FileSchemas layouts = new FileSchemas(pinned, footers);
        List<PlannedFile> files =
                tasks.stream().map(task -> whole(pinned, task, layouts)).toList();
        if (!layouts.schemas().isEmpty()) {
            throw new NeriumException(
                    ErrorCode.UNSUPPORTED_TABLE,
                    "The table " + pinned.reference()
                            + " has data files without field ids, with older types, or without a nested field that has an"
                            + " initial default: this version of Nerium does not merge"
                            + " into them.",
                    "Compact or overwrite the table first, which rewrites such files.");
        }
        long rows = files.stream().mapToLong(PlannedFile::rows).sum();
        Map<Path, ObjectRef> objects = new HashMap<>(objects(pinned, tasks));
        objects.keySet().retainAll(files.stream().map(PlannedFile::path).collect(Collectors.toSet()));
        return new ScanPlan(
                files,
                EqualityDeletes.NONE,
                List.of(),
                rows,
                OptionalLong.of(0),
                ManifestCounts.NONE,
                objects,
                Optional.empty());
    }

    private static PlannedFile whole(PinnedTable pinned, FileScanTask task, FileSchemas layouts) {
        TableSupport.requireParquet(pinned, task.file(), "data files");
        Path path = pinned.file(task.file());
        return new PlannedFile(
                path,
                bytes(pinned, task.file(), path),
                task.file().recordCount(),
                PositionDeletes.NONE,
                DeleteScope.NONE,
                layouts.layout(task.file()),
                constants(task));
    }

    /** The real size of a file: Polars reads the footer from there, and some writers' manifests have a wrong size. */
    private static long bytes(PinnedTable pinned, DataFile file, Path path) {
        if (pinned.object(file).isEmpty()) {
            try {
                return Files.size(path);
            } catch (IOException e) {
                // The reader of the file reports that it does not exist.
                return file.fileSizeInBytes();
            }
        }
        return file.fileSizeInBytes();
    }

    private static PlannedFile planned(
            PinnedTable pinned, FileScanTask task, EqualityDeletePlanner equality, FileSchemas layouts) {
        TableSupport.requireParquet(pinned, task.file(), "data files");
        Path path = pinned.file(task.file());
        return new PlannedFile(
                path,
                bytes(pinned, task.file(), path),
                task.file().recordCount(),
                PositionDeletePlanner.deletes(pinned, task),
                equality.scope(task.file()),
                layouts.layout(task.file()),
                constants(task));
    }

    private static Map<Integer, String> constants(FileScanTask task) {
        PartitionSpec spec = task.spec();
        Map<Integer, String> constants = new HashMap<>();
        for (int i = 0; i < spec.fields().size(); i++) {
            PartitionField field = spec.fields().get(i);
            // None of a column that was dropped since, and then nobody asks for the value.
            Type type = spec.schema().findType(field.sourceId());
            Object value = task.file().partition().get(i, Object.class);
            if (field.transform().isIdentity() && type != null && value != null) {
                constants.put(field.sourceId(), SingleValueParser.toJson(type, value));
            }
        }
        return constants;
    }
}
