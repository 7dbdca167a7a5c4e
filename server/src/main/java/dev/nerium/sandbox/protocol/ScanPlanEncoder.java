package dev.nerium.sandbox.protocol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.nerium.lake.scan.DeleteScope;
import dev.nerium.lake.scan.DeletionVector;
import dev.nerium.lake.scan.EqualityDeletes;
import dev.nerium.lake.scan.PlannedFile;
import dev.nerium.lake.scan.ScanPlan;
import dev.nerium.sandbox.job.PlanRequest;
import dev.nerium.sandbox.job.PreparedPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Encodes a scan plan for the worker protocol: an Arrow stream with one row per data file, and a header with the fields of the whole
 * plan. Columns for rare features are omitted if a plan does not use them.
 */
public final class ScanPlanEncoder {
    private static final byte[] NOTHING = new byte[0];

    private final BufferAllocator allocator;
    private final Function<Path, String> expose;
    private final Function<Path, String> keep;

    /**
     * @param expose makes a file visible to the worker during its job, and returns its name there
     * @param keep the same for a file that later jobs may read under this name
     */
    public ScanPlanEncoder(BufferAllocator allocator, Function<Path, String> expose, Function<Path, String> keep) {
        this.allocator = allocator;
        this.expose = expose;
        this.keep = keep;
    }

    /** Makes a file visible to the worker during its job; returns its name there. */
    String expose(Path file) {
        return expose.apply(file);
    }

    /** Writes a plan that a worker gets with its job. */
    public void write(PreparedPlan prepared, ObjectNode node) throws IOException {
        PlanRequest request = prepared.request();
        ObjectNode ask = node.putObject("ask").put("table", request.handle());
        request.filter()
                .ifPresentOrElse(
                        filter -> ask.putRawValue("filter", new RawValue(filter)), () -> ask.putNull("filter"));
        request.limit().ifPresentOrElse(rows -> ask.put("limit", rows), () -> ask.putNull("limit"));
        request.columns()
                .ifPresentOrElse(
                        columns -> columns.forEach(ask.putArray("columns")::add), () -> ask.putNull("columns"));
        if (encode(prepared.plan(), node.putObject("answer")).length > 0) {
            throw new IllegalArgumentException("a plan that is more than a list of files");
        }
    }

    /** Fills in the response's header and returns its payload. */
    byte[] encode(ScanPlan plan, ObjectNode answer) throws IOException {
        answer.put("rows", plan.rows());
        plan.deleted().ifPresentOrElse(rows -> answer.put("deleted", rows), () -> answer.putNull("deleted"));
        if (plan.equality().isEmpty()) {
            answer.putNull("equality");
        } else {
            write(plan.equality(), answer.putObject("equality"));
        }
        ArrayNode layouts = answer.putArray("layouts");
        plan.layouts().forEach(schema -> layouts.addRawValue(new RawValue(schema)));
        plan.storedSchemaJson()
                .ifPresentOrElse(
                        schema -> answer.putRawValue("stored", new RawValue(schema)), () -> answer.putNull("stored"));
        if (plan.isPlain()) {
            list(plan, answer.putArray("files"));
            return NOTHING;
        }
        answer.putNull("files");
        return rows(plan);
    }

    /** In place of the payload, which costs more than the rest of a small plan. */
    private void list(ScanPlan plan, ArrayNode files) {
        plan.files()
                .forEach(file -> files.addArray()
                        .add(keep.apply(file.path()))
                        .add(file.bytes())
                        .add(file.rows()));
    }

    private byte[] rows(ScanPlan plan) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ListColumnEncoder<PlannedFile> columns = new ListColumnEncoder<>(plan.files(), allocator)) {
            fill(columns, plan);
            columns.writeTo(bytes);
        }
        return bytes.toByteArray();
    }

    private void write(EqualityDeletes deletes, ObjectNode node) {
        ArrayNode files = node.putArray("files");
        for (EqualityDeletes.File file : deletes.files()) {
            ObjectNode each = files.addObject().put("file", expose.apply(file.path()));
            file.fields().forEach(each.putArray("fields")::add);
            each.put("sequence", file.scope().sequence());
            if (file.scope().partition() == DeleteScope.EVERYWHERE) {
                each.putNull("partition");
            } else {
                each.put("partition", file.scope().partition());
            }
        }
        ArrayNode keys = node.putArray("keys");
        for (EqualityDeletes.DeleteKey key : deletes.keys()) {
            keys.addObject().put("field", key.field()).putRawValue("schema", new RawValue(key.schemaJson()));
        }
    }

    private List<String> names(List<Path> files) {
        return files.stream().map(expose).toList();
    }

    private void fill(ListColumnEncoder<PlannedFile> columns, ScanPlan plan) {
        List<PlannedFile> files = plan.files();
        columns.texts("path", file -> plan.isElsewhere(file) ? nameElsewhere(file) : expose.apply(file.path()))
                .longs("bytes", PlannedFile::bytes)
                .longs("rows", PlannedFile::rows);
        if (files.stream().anyMatch(file -> !file.deletes().own().isEmpty())) {
            columns.lists("deletes", file -> names(file.deletes().own()));
        }
        if (files.stream().anyMatch(file -> !file.deletes().shared().isEmpty())) {
            columns.texts("location", file -> file.deletes().location())
                    .lists("shared-deletes", file -> names(file.deletes().shared()));
        }
        if (files.stream().anyMatch(file -> file.deletes().vector().isPresent())) {
            vectors(columns);
        }
        if (!plan.equality().isEmpty()) {
            columns.longs("sequence", file -> file.scope().sequence())
                    .integers("partition", file -> file.scope().partition());
        }
        if (!plan.layouts().isEmpty()) {
            columns.integers("layout", file -> file.layout().orElse(-1));
        }
        if (plan.storedSchemaJson().isEmpty()) {
            constants(columns, files);
        }
    }

    /** The name of a file in a plan for a cluster. No worker has this file. */
    public static String nameElsewhere(PlannedFile file) {
        return "s3://nerium/" + file.path().getFileName();
    }

    private void vectors(ListColumnEncoder<PlannedFile> columns) {
        columns.texts(
                        "vector",
                        file -> file.deletes()
                                .vector()
                                .map(vector -> expose.apply(vector.file()))
                                .orElse(null))
                .longs("vector-offset", ofVector(DeletionVector::offset))
                .longs("vector-bytes", ofVector(DeletionVector::bytes))
                .longs("vector-rows", ofVector(DeletionVector::rows));
    }

    private static ToLongFunction<PlannedFile> ofVector(Function<DeletionVector, Long> value) {
        return file -> file.deletes().vector().map(value).orElse(0L);
    }

    private static void constants(ListColumnEncoder<PlannedFile> columns, List<PlannedFile> files) {
        TreeSet<Integer> fields = new TreeSet<>();
        files.forEach(file -> fields.addAll(file.constants().keySet()));
        for (Integer field : fields) {
            columns.texts("constant-" + field, file -> file.constants().get(field));
        }
    }
}
