package dev.nerium.sandbox.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** Arrow columns with one row per item of a list. */
final class ListColumnEncoder<T> implements AutoCloseable {
    private final List<T> items;
    private final BufferAllocator allocator;
    private final List<FieldVector> vectors = new ArrayList<>();

    ListColumnEncoder(List<T> items, BufferAllocator allocator) {
        this.items = items;
        this.allocator = allocator;
    }

    ListColumnEncoder<T> texts(String name, Function<T, @Nullable String> value) {
        VarCharVector vector = new VarCharVector(name, allocator);
        vectors.add(vector);
        vector.allocateNew(items.size());
        for (int i = 0; i < items.size(); i++) {
            String text = value.apply(items.get(i));
            if (text != null) {
                vector.setSafe(i, text.getBytes(StandardCharsets.UTF_8));
            }
        }
        vector.setValueCount(items.size());
        return this;
    }

    ListColumnEncoder<T> longs(String name, ToLongFunction<T> value) {
        BigIntVector vector = new BigIntVector(name, allocator);
        vectors.add(vector);
        vector.allocateNew(items.size());
        for (int i = 0; i < items.size(); i++) {
            vector.set(i, value.applyAsLong(items.get(i)));
        }
        vector.setValueCount(items.size());
        return this;
    }

    ListColumnEncoder<T> integers(String name, ToIntFunction<T> value) {
        IntVector vector = new IntVector(name, allocator);
        vectors.add(vector);
        vector.allocateNew(items.size());
        for (int i = 0; i < items.size(); i++) {
            vector.set(i, value.applyAsInt(items.get(i)));
        }
        vector.setValueCount(items.size());
        return this;
    }

    ListColumnEncoder<T> lists(String name, Function<T, List<String>> value) {
        ListVector vector = new ListVector(name, allocator, FieldType.nullable(ArrowType.List.INSTANCE), null);
        vectors.add(vector);
        vector.addOrGetVector(FieldType.nullable(ArrowType.Utf8.INSTANCE));
        UnionListWriter writer = vector.getWriter();
        for (int i = 0; i < items.size(); i++) {
            writer.setPosition(i);
            writer.startList();
            value.apply(items.get(i)).forEach(writer::writeVarChar);
            writer.endList();
        }
        vector.setValueCount(items.size());
        return this;
    }

    /** As an Arrow stream of one batch. */
    void writeTo(OutputStream out) throws IOException {
        VectorSchemaRoot root = new VectorSchemaRoot(vectors);
        try (ArrowStreamWriter writer = new ArrowStreamWriter(root, null, out)) {
            root.setRowCount(items.size());
            writer.start();
            writer.writeBatch();
            writer.end();
        }
    }

    @Override
    public void close() {
        vectors.forEach(FieldVector::close);
    }
}
