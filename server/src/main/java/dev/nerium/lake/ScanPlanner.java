package dev.nerium.lake;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SingleValueParser;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.ExpressionParser;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.ContentFileUtil;

/**
 * Plans scans of pinned tables with Iceberg's own planner, and keeps the plans: a snapshot never changes, so a plan that was
 * made once stays right. Thread-safe.
 */
final class ScanPlanner {
    private static final Comparator<FileScanTask> BY_AGE = Comparator.comparing(
                    (FileScanTask task) -> sequence(task), Comparator.naturalOrder())
            .thenComparing(task -> task.file().location());

    /** A planned file takes about so much memory. */
    private static final int BYTES_PER_FILE = 256;

    /** Filters that a program made up, with thousands of values, are not asked again. */
    private static final int LONGEST_CACHED_FILTER = 4096;

    private record Question(String metadataLocation, TableVersion version, String filter) {}

    private final Cache<Question, ScanPlan> plans;

    ScanPlanner(int cachedFiles) {
        this.plans = Caffeine.newBuilder()
                .maximumWeight(cachedFiles)
                .<Question, ScanPlan>weigher((question, plan) ->
                        1 + plan.files().size() + question.filter().length() / BYTES_PER_FILE)
                .build();
    }

    /**
     * @param filter Iceberg expression JSON over the table's columns
     * @param limit rows that suffice where there is no filter
     */
    ScanPlan plan(PinnedTable table, Optional<String> filter, OptionalLong limit) {
        Question question =
                new Question(table.metadataLocation(), table.reference().version(), filter.orElse(""));
        ScanPlan plan = question.filter().length() > LONGEST_CACHED_FILTER
                ? ask(table, filter)
                : plans.get(question, key -> ask(table, filter));
        return limit.isPresent() && filter.isEmpty() ? plan.firstRows(limit.getAsLong()) : plan;
    }

    private static ScanPlan ask(PinnedTable pinned, Optional<String> filter) {
        if (pinned.snapshot().isEmpty()) {
            return new ScanPlan(List.of(), 0, 0);
        }
        Expression expression = filter.map(json -> expression(json, pinned)).orElse(Expressions.alwaysTrue());
        TableScan scan = pinned.scan().filter(expression);
        List<FileScanTask> tasks = new ArrayList<>();
        try (CloseableIterable<FileScanTask> planned = scan.planFiles()) {
            planned.forEach(tasks::add);
        } catch (IOException e) {
            throw new UncheckedIOException("The plan of " + pinned.reference() + " can't be closed", e);
        }
        tasks.sort(BY_AGE);
        List<PlannedFile> files =
                tasks.stream().map(task -> planned(pinned, task)).toList();
        long rows = files.stream().mapToLong(PlannedFile::rows).sum();
        long deleted = tasks.stream()
                .flatMap(task -> task.deletes().stream())
                .mapToLong(DeleteFile::recordCount)
                .sum();
        return new ScanPlan(files, rows, deleted);
    }

    private static Expression expression(String json, PinnedTable pinned) {
        try {
            return ExpressionParser.fromJson(json, pinned.schema());
        } catch (RuntimeException e) {
            throw new NeriumException(
                    ErrorCode.WORKER_DIED, "The worker asked for a plan with a filter that can't be read.", "", e);
        }
    }

    private static long sequence(FileScanTask task) {
        Long sequence = task.file().dataSequenceNumber();
        return sequence == null ? 0 : sequence;
    }

    private static PlannedFile planned(PinnedTable pinned, FileScanTask task) {
        if (task.file().format() != FileFormat.PARQUET) {
            throw unsupported(
                    pinned, "has data files in the format " + task.file().format());
        }
        List<Path> deletes = task.deletes().stream()
                .map(delete -> positionDeletes(pinned, delete))
                .toList();
        return new PlannedFile(
                LocalFileIO.path(task.file().location()),
                task.file().fileSizeInBytes(),
                task.file().recordCount(),
                deletes,
                constants(task));
    }

    private static Path positionDeletes(PinnedTable pinned, DeleteFile delete) {
        if (delete.content() != FileContent.POSITION_DELETES) {
            throw unsupported(pinned, "has equality deletes");
        }
        if (delete.format() != FileFormat.PARQUET) {
            throw unsupported(pinned, "has deletes in the format " + delete.format());
        }
        // Polars applies all of a delete file to one data file, whatever path its rows name.
        if (!ContentFileUtil.isFileScoped(delete)) {
            throw unsupported(pinned, "has position deletes that serve several data files");
        }
        return LocalFileIO.path(delete.location());
    }

    private static Map<Integer, String> constants(FileScanTask task) {
        PartitionSpec spec = task.spec();
        Map<Integer, String> constants = new HashMap<>();
        for (int i = 0; i < spec.fields().size(); i++) {
            PartitionField field = spec.fields().get(i);
            Object value = task.file().partition().get(i, Object.class);
            if (field.transform().isIdentity() && value != null) {
                constants.put(
                        field.sourceId(), SingleValueParser.toJson(spec.schema().findType(field.sourceId()), value));
            }
        }
        return constants;
    }

    private static NeriumException unsupported(PinnedTable pinned, String what) {
        return new NeriumException(
                ErrorCode.UNSUPPORTED_TABLE,
                "The table " + pinned.reference() + " " + what + ", which this version of Nerium does not read.");
    }
}
