package dev.nerium.result;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Streams made with Arrow Java, and what becomes of them. */
final class ArrowData {
    static final Encoding PLAIN = new Encoding.AsArrow();

    private ArrowData() {}

    static Field field(String name, ArrowType type, Field... children) {
        return new Field(name, FieldType.nullable(type), List.of(children));
    }

    /** A stream of one column in one batch. */
    static <V extends FieldVector> byte[] stream(Class<V> type, Field field, int rows, Consumer<V> fill) {
        return stream(List.of(field), rows, (vectors, ignored) -> fill.accept(type.cast(vectors.getFirst())));
    }

    static byte[] stream(List<Field> fields, int rows, BiConsumer<List<FieldVector>, BufferAllocator> fill) {
        var bytes = new ByteArrayOutputStream();
        try (var memory = new RootAllocator()) {
            List<FieldVector> vectors =
                    fields.stream().map(field -> field.createVector(memory)).toList();
            vectors.forEach(FieldVector::allocateNew);
            fill.accept(vectors, memory);
            vectors.forEach(vector -> vector.setValueCount(rows));
            try (var root = new VectorSchemaRoot(fields, vectors, rows);
                    var writer = new ArrowStreamWriter(root, null, bytes)) {
                writer.start();
                writer.writeBatch();
                writer.end();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static ResultShape shape(long rows, Encoding... encodings) {
        List<String> names =
                IntStream.range(0, encodings.length).mapToObj(i -> "c" + i).toList();
        return new ResultShape(rows, rows, names, Collections.nCopies(names.size(), "?"), List.of(encodings));
    }

    static String json(byte[] stream, ResultShape shape) throws IOException {
        try (var memory = new RootAllocator(64 << 20)) {
            return json(stream, shape, memory);
        }
    }

    static String json(byte[] stream, ResultShape shape, BufferAllocator memory) throws IOException {
        var out = new ByteArrayOutputStream();
        ResultRows.open(new ByteArrayInputStream(stream), memory, shape).writeJson(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The JSON of a single column. */
    static <V extends FieldVector> String column(
            Class<V> type, ArrowType arrow, Encoding encoding, int rows, Consumer<V> fill) throws IOException {
        return json(stream(type, field("c", arrow), rows, fill), shape(rows, encoding));
    }

    static <V extends FieldVector> String column(Class<V> type, ArrowType arrow, int rows, Consumer<V> fill)
            throws IOException {
        return column(type, arrow, PLAIN, rows, fill);
    }
}
