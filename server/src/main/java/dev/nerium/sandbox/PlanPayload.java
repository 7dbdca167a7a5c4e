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
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (VectorSchemaRoot root = new VectorSchemaRoot(vectors(files));
                ArrowStreamWriter writer = new ArrowStreamWriter(root, null, bytes)) {
            root.setRowCount(files.size());
            writer.start();
            writer.writeBatch();
            writer.end();
        }
        return bytes.toByteArray();
    }

    private List<FieldVector> vectors(List<PlannedFile> files) {
        List<FieldVector> vectors = new ArrayList<>();
        vectors.add(texts("path", files, file -> expose.apply(file.path())));
        vectors.add(numbers("bytes", files, PlannedFile::bytes));
        vectors.add(numbers("rows", files, PlannedFile::rows));
        vectors.add(deletes(files));
        TreeSet<Integer> constants = new TreeSet<>();
        files.forEach(file -> constants.addAll(file.constants().keySet()));
        for (Integer field : constants) {
            vectors.add(
                    texts("constant-" + field, files, file -> file.constants().get(field)));
        }
        return vectors;
    }

    private FieldVector texts(String name, List<PlannedFile> files, Function<PlannedFile, @Nullable String> value) {
        VarCharVector vector = new VarCharVector(name, allocator);
        vector.allocateNew(files.size());
        for (int i = 0; i < files.size(); i++) {
            String text = value.apply(files.get(i));
            if (text != null) {
                vector.setSafe(i, text.getBytes(StandardCharsets.UTF_8));
            }
        }
        vector.setValueCount(files.size());
        return vector;
    }

    private FieldVector numbers(String name, List<PlannedFile> files, Function<PlannedFile, Long> value) {
        BigIntVector vector = new BigIntVector(name, allocator);
        vector.allocateNew(files.size());
        for (int i = 0; i < files.size(); i++) {
            vector.set(i, value.apply(files.get(i)));
        }
        vector.setValueCount(files.size());
        return vector;
    }

    private FieldVector deletes(List<PlannedFile> files) {
        ListVector vector = new ListVector("deletes", allocator, FieldType.nullable(ArrowType.List.INSTANCE), null);
        vector.addOrGetVector(FieldType.nullable(ArrowType.Utf8.INSTANCE));
        UnionListWriter writer = vector.getWriter();
        for (int i = 0; i < files.size(); i++) {
            writer.setPosition(i);
            writer.startList();
            files.get(i).deletes().forEach(path -> writer.writeVarChar(expose.apply(path)));
            writer.endList();
        }
        vector.setValueCount(files.size());
        return vector;
    }
}
