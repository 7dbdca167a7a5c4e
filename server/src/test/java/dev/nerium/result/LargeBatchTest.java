package dev.nerium.result;

import static dev.nerium.result.ArrowData.field;
import static dev.nerium.result.ArrowData.json;
import static dev.nerium.result.ArrowData.shape;
import static dev.nerium.result.ArrowData.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.result.Encoding.AsArrow;
import dev.nerium.result.Encoding.IntegerText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.Test;

/** Batches that are encoded in pieces. */
class LargeBatchTest {
    private static final int ROWS = 300_000;
    private static final ArrowType TEXT = new ArrowType.Utf8();

    @Test
    void theRowsComeInTheirOrder() throws IOException {
        String expected = IntStream.range(0, ROWS)
                .mapToObj(row -> "[\"täxt " + row + "\"]")
                .collect(Collectors.joining(",", "[", "]"));

        assertThat(json(texts(row -> "täxt " + row), shape(ROWS, new AsArrow())))
                .isEqualTo(expected);
    }

    @Test
    void aPieceThatIsLongerThanMemoryHasForItWaitsForItsTurn() throws IOException {
        String longText = "\n".repeat(20 << 20);

        String written = json(texts(row -> row == 150_000 ? longText : "a" + row), shape(ROWS, new AsArrow()));

        assertThat(written)
                .startsWith("[[\"a0\"],[\"a1\"],")
                .contains("[\"a149999\"],[\"\\n\\n", "\\n\\n\"],[\"a150001\"],")
                .endsWith(",[\"a299999\"]]");
    }

    @Test
    void aValueThatIsWrongEndsTheWriting() throws IOException {
        byte[] stream = texts(row -> row == 222_222 ? "not an integer" : "7");

        assertThatThrownBy(() -> json(stream, shape(ROWS, new IntegerText())))
                .isInstanceOf(CorruptResultException.class)
                .hasMessageContaining("is not the text of an integer");
        try (var memory = new RootAllocator(64 << 20)) {
            assertThatThrownBy(() ->
                            ResultRows.check(new ByteArrayInputStream(stream), memory, shape(ROWS, new IntegerText())))
                    .isInstanceOf(CorruptResultException.class);
        }
    }

    @Test
    void aClientThatGoesAwayEndsTheWritingAndFreesTheMemory() throws IOException {
        byte[] stream = texts(row -> "a" + row);
        OutputStream away = new OutputStream() {
            private int left = 1 << 20;

            @Override
            public void write(int b) throws IOException {
                if (left-- == 0) {
                    throw new IOException("broken pipe");
                }
            }
        };

        try (var memory = new RootAllocator(64 << 20)) {
            ResultRows rows = ResultRows.open(new ByteArrayInputStream(stream), memory, shape(ROWS, new AsArrow()));
            assertThatThrownBy(() -> rows.writeJson(away))
                    .isInstanceOf(IOException.class)
                    .hasMessage("broken pipe");
            assertThat(memory.getAllocatedMemory()).isZero();
        }
    }

    private interface Text {
        String of(int row);
    }

    private static byte[] texts(Text text) throws IOException {
        return stream(
                VarCharVector.class,
                field("c", TEXT),
                ROWS,
                vector -> IntStream.range(0, ROWS)
                        .forEach(row -> vector.setSafe(row, text.of(row).getBytes(StandardCharsets.UTF_8))));
    }
}
