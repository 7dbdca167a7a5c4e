package dev.nerium.result;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.util.List;

/** Nulls, lists and structs. */
final class Nested {
    private Nested() {}

    static Layout nulls() {
        return (batch, atLeast) -> {
            batch.bareNode(atLeast);
            return (row, out) -> out.writeNull();
        };
    }

    static Layout list(Offsets.Width width, Layout element) {
        return (batch, atLeast) -> {
            Node node = batch.node(atLeast);
            Offsets offsets = Offsets.read(batch, node.length(), width);
            return node.nullable(list(offsets, element.read(batch, offsets.at(node.length()))));
        };
    }

    static Layout fixedList(int size, Layout element) throws CorruptResultException {
        if (size < 0) {
            throw new CorruptResultException("a fixed-size list has " + size + " elements");
        }
        return (batch, atLeast) -> {
            Node node = batch.node(atLeast);
            if (size == 0) {
                batch.emptyValues(node.length());
            }
            Cells elements = element.read(batch, (long) node.length() * size);
            return node.nullable(list(index -> index * size, elements));
        };
    }

    static Layout struct(List<String> names, List<Layout> fields) {
        SerializableString[] keys = names.stream().map(SerializedString::new).toArray(SerializableString[]::new);
        return (batch, atLeast) -> {
            Node node = batch.node(atLeast);
            if (fields.isEmpty()) {
                batch.emptyValues(node.length());
            }
            Cells[] values = new Cells[keys.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = fields.get(i).read(batch, node.length());
            }
            return node.nullable((row, out) -> writeObject(keys, values, row, out));
        };
    }

    private static Cells list(Offsets offsets, Cells elements) {
        return (row, out) -> {
            int end = offsets.at(row + 1);
            out.writeStartArray();
            for (int i = offsets.at(row); i < end; i++) {
                elements.write(i, out);
            }
            out.writeEndArray();
        };
    }

    private static void writeObject(SerializableString[] keys, Cells[] values, int row, JsonGenerator out)
            throws IOException {
        out.writeStartObject();
        for (int i = 0; i < keys.length; i++) {
            out.writeFieldName(keys[i]);
            values[i].write(row, out);
        }
        out.writeEndObject();
    }
}
