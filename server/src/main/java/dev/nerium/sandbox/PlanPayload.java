package dev.nerium.sandbox;

import dev.nerium.lake.PlannedFile;
import dev.nerium.lake.ScanPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** A scan plan as the Arrow stream of the worker protocol: one row per data file. */
final class PlanPayload {
    private final BufferAllocator allocator;
    private final Function<Path, String> expose;

    /** @param expose makes a file visible to the worker and returns its name there */
    PlanPayload(BufferAllocator allocator, Function<Path, String> expose) {
        this.allocator = allocator;
        this.expose = expose;
    }

    byte[] encode(ScanPlan plan) throws IOException {
        List<PlannedFile> files = plan.files();
        // Before any memory is taken: a file that is gone fails here.
        List<String> paths =
                files.stream().map(file -> expose.apply(file.path())).toList();
        List<List<String>> deletes = files.stream()
                .map(file -> file.deletes().stream().map(expose).toList())
                .toList();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (VectorSchemaRoot root = new VectorSchemaRoot(vectors(files, paths, deletes));
                ArrowStreamWriter writer = new ArrowStreamWriter(root, null, bytes)) {
            root.setRowCount(files.size());
            writer.start();
            writer.writeBatch();
            writer.end();
        }
        return bytes.toByteArray();
    }

    private List<FieldVector> vectors(List<PlannedFile> files, List<String> paths, List<List<String>> deletes) {
        List<FieldVector> vectors = new ArrayList<>();
        vectors.add(texts("path", paths.size(), paths::get));
        vectors.add(numbers("bytes", files, PlannedFile::bytes));
        vectors.add(numbers("rows", files, PlannedFile::rows));
        vectors.add(lists("deletes", deletes));
        TreeSet<Integer> constants = new TreeSet<>();
        files.forEach(file -> constants.addAll(file.constants().keySet()));
        for (Integer field : constants) {
            vectors.add(texts(
                    "constant-" + field,
                    files.size(),
                    index -> files.get(index).constants().get(field)));
        }
        return vectors;
    }

    private FieldVector texts(String name, int count, IntFunction<@Nullable String> value) {
        VarCharVector vector = new VarCharVector(name, allocator);
        vector.allocateNew(count);
        for (int i = 0; i < count; i++) {
            String text = value.apply(i);
            if (text != null) {
                vector.setSafe(i, text.getBytes(StandardCharsets.UTF_8));
            }
        }
        vector.setValueCount(count);
        return vector;
    }

    private FieldVector numbers(String name, List<PlannedFile> files, ToLongFunction<PlannedFile> value) {
        BigIntVector vector = new BigIntVector(name, allocator);
        vector.allocateNew(files.size());
        for (int i = 0; i < files.size(); i++) {
            vector.set(i, value.applyAsLong(files.get(i)));
        }
        vector.setValueCount(files.size());
        return vector;
    }

    private FieldVector lists(String name, List<List<String>> lists) {
        ListVector vector = new ListVector(name, allocator, FieldType.nullable(ArrowType.List.INSTANCE), null);
        vector.addOrGetVector(FieldType.nullable(ArrowType.Utf8.INSTANCE));
        UnionListWriter writer = vector.getWriter();
        for (int i = 0; i < lists.size(); i++) {
            writer.setPosition(i);
            writer.startList();
            lists.get(i).forEach(writer::writeVarChar);
            writer.endList();
        }
        vector.setValueCount(lists.size());
        return vector;
    }
}
