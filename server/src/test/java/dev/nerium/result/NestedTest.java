package dev.nerium.result;

import static dev.nerium.result.ArrowData.PLAIN;
import static dev.nerium.result.ArrowData.field;
import static dev.nerium.result.ArrowData.json;
import static dev.nerium.result.ArrowData.shape;
import static dev.nerium.result.ArrowData.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;

class NestedTest {
    private static final ArrowType INT = new ArrowType.Int(32, true);

    @Test
    void writesListsOfEachKindAsArrays() throws IOException {
        assertThat(json(
                        stream(ListVector.class, list(new ArrowType.List()), 3, v -> {
                            v.startNewValue(0);
                            ((IntVector) v.getDataVector()).setSafe(0, 7);
                            v.getDataVector().setNull(1);
                            v.endValue(0, 2);
                            v.setNull(1);
                            v.startNewValue(2);
                            v.endValue(2, 0);
                        }),
                        shape(3, PLAIN)))
                .isEqualTo("[[[7,null]],[null],[[]]]");
        assertThat(json(
                        stream(LargeListVector.class, list(new ArrowType.LargeList()), 1, v -> {
                            v.startNewValue(0);
                            ((IntVector) v.getDataVector()).setSafe(0, 7);
                            v.endValue(0, 1);
                        }),
                        shape(1, PLAIN)))
                .isEqualTo("[[[7]]]");
        assertThat(json(
                        stream(FixedSizeListVector.class, list(new ArrowType.FixedSizeList(2)), 2, v -> {
                            v.setNull(0);
                            v.startNewValue(1);
                            ((IntVector) v.getDataVector()).setSafe(2, 8);
                            ((IntVector) v.getDataVector()).setSafe(3, 9);
                        }),
                        shape(2, PLAIN)))
                .isEqualTo("[[null],[[8,9]]]");
    }

    @Test
    void writesStructsAsObjectsWithTheirEncodings() throws IOException {
        Field struct = field("c", new ArrowType.Struct(), field("é\"", new ArrowType.Utf8()), field("n", INT));
        byte[] stream = stream(StructVector.class, struct, 3, v -> {
            v.getChild("é\"", VarCharVector.class).setSafe(0, "12".getBytes(StandardCharsets.UTF_8));
            v.getChild("n", IntVector.class).setSafe(0, 5);
            v.setIndexDefined(0);
            v.setIndexDefined(2);
        });
        Encoding encoding = new Encoding.StructOf(List.of(new Encoding.IntegerText(), PLAIN));
        assertThat(json(stream, shape(3, encoding)))
                .isEqualTo("[[{\"é\\\"\":12,\"n\":5}],[null],[{\"é\\\"\":null,\"n\":null}]]");
    }

    @Test
    void writesMapsAsListsOfKeyAndValue() throws IOException {
        Field key = new Field("keys", FieldType.notNullable(INT), null);
        Field entries = new Field(
                "entries",
                FieldType.notNullable(new ArrowType.Struct()),
                List.of(key, field("values", new ArrowType.Int(64, true))));
        byte[] stream = stream(MapVector.class, field("c", new ArrowType.Map(false), entries), 1, v -> {
            var struct = (StructVector) v.getDataVector();
            v.startNewValue(0);
            struct.setIndexDefined(0);
            struct.getChild("keys", IntVector.class).setSafe(0, 1);
            struct.getChild("values", BigIntVector.class).setSafe(0, 2);
            v.endValue(0, 1);
        });
        assertThat(json(stream, shape(1, PLAIN))).isEqualTo("[[[{\"key\":1,\"value\":2}]]]");
    }

    @Test
    void writesAHundredLevels() throws IOException {
        assertThat(json(stream(ListVector.class, deep(100), 1, NestedTest::descend), shape(1, PLAIN)))
                .isEqualTo("[[" + "[".repeat(100) + "null" + "]".repeat(100) + "]]");
    }

    @Test
    void refusesEndlessLevels() {
        byte[] stream = stream(ListVector.class, deep(200), 0, v -> {});
        assertThatThrownBy(() -> json(stream, shape(0, PLAIN)))
                .isInstanceOf(CorruptResultException.class)
                .hasMessage("the Arrow schema is nested deeper than 128");
    }

    @Test
    void refusesAnEncodingThatDoesNotFit() {
        byte[] stream = stream(ListVector.class, list(new ArrowType.List()), 0, v -> {});
        assertThatThrownBy(() -> json(stream, shape(0, new Encoding.IntegerText())))
                .hasMessage("a column of the Arrow type list has the encoding IntegerText");
        assertThatThrownBy(() -> json(stream, shape(0, new Encoding.ListOf(new Encoding.HalfFloat()))))
                .hasMessage("a column of the Arrow type Int has the encoding HalfFloat");
        byte[] struct = stream(StructVector.class, field("c", new ArrowType.Struct(), field("n", INT)), 0, v -> {});
        assertThatThrownBy(() -> json(struct, shape(0, new Encoding.StructOf(List.of()))))
                .hasMessage("a struct of 1 fields has 0 encodings");
    }

    private static Field list(ArrowType type) {
        return field("c", type, field("item", INT));
    }

    private static Field deep(int levels) {
        Field field = field("item", INT);
        for (int i = 0; i < levels; i++) {
            field = field("item", new ArrowType.List(), field);
        }
        return field;
    }

    private static void descend(ListVector list) {
        list.startNewValue(0);
        if (list.getDataVector() instanceof ListVector inner) {
            descend(inner);
            inner.setValueCount(1);
        }
        list.endValue(0, 1);
    }
}
