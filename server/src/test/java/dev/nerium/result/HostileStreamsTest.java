package dev.nerium.result;

import static dev.nerium.result.ArrowData.PLAIN;
import static dev.nerium.result.ArrowData.field;
import static dev.nerium.result.ArrowData.json;
import static dev.nerium.result.ArrowData.shape;
import static dev.nerium.result.LyingBatch.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.result.LyingBatch.Node;
import dev.nerium.result.LyingBatch.Span;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are: an exception of ours or an answer, and no memory left behind. */
class HostileStreamsTest {
    private static final Field INT = field("c", new ArrowType.Int(32, true));
    private static final Field TEXT = field("c", new ArrowType.Utf8());
    private static final Span NONE = new Span(0, 0);

    private final BufferAllocator memory = new RootAllocator(1 << 20);

    @AfterEach
    void nothingIsLeft() {
        assertThat(memory.getAllocatedMemory()).isZero();
        memory.close();
    }

    @Test
    void survivesTruncationAnywhere() {
        byte[] stream = PolarsStreams.NESTED;
        for (int length = 0; length < stream.length - 8; length++) {
            byte[] cut = Arrays.copyOf(stream, length);
            assertThatThrownBy(() -> json(cut, plain(2, 9), memory)).isInstanceOf(CorruptResultException.class);
        }
    }

    @Test
    void survivesFlippedBytesAnywhere() {
        var random = new Random(1);
        for (int i = 0; i < 12_000; i++) {
            byte[] stream = (i % 2 == 0 ? PolarsStreams.NESTED : PolarsStreams.TIMES).clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                stream[random.nextInt(stream.length)] = (byte) interesting(random);
            }
            survives(stream, i % 2 == 0 ? plain(2, 9) : plain(2, 6));
        }
    }

    @Test
    void survivesNoise() {
        var random = new Random(2);
        for (int i = 0; i < 2_000; i++) {
            byte[] stream = new byte[random.nextInt(200)];
            random.nextBytes(stream);
            survives(stream, plain(0, 0));
            byte[] begun = Arrays.copyOf(PolarsStreams.NUMBERS, PolarsStreams.NUMBERS.length);
            int from = 1 + random.nextInt(begun.length - 1);
            for (int at = from; at < begun.length; at++) {
                begun[at] = (byte) random.nextInt();
            }
            survives(begun, plain(2, 9));
        }
    }

    @Test
    void refusesABatchThatIsLargerThanTheLimit() throws IOException {
        var nodes = List.of(new Node(1, 0));
        var buffers = List.of(NONE, new Span(0, 4));
        refuses(
                new LyingBatch(1, 1L << 40, ByteBuffer.wrap(ints(7)), nodes, buffers),
                "a record batch has 1099511627776 bytes, the limit of the memory is 1048576");
        refuses(
                new LyingBatch(1, -1, ByteBuffer.wrap(ints(7)), nodes, buffers),
                "a record batch has -1 bytes, the limit of the memory is 1048576");
        refuses(
                new LyingBatch(1, 500_000, ByteBuffer.wrap(ints(7)), nodes, buffers),
                "the Arrow stream ends within a message");
    }

    @Test
    void saysWhenOthersHoldTheMemory() throws IOException {
        byte[] stream = LyingBatch.of(1, ints(7), List.of(new Node(1, 0)), List.of(NONE, new Span(0, 4))).stream(INT);
        try (var all = memory.buffer(1 << 20)) {
            assertThat(all.capacity()).isEqualTo(1 << 20);
            assertThatThrownBy(() -> json(stream, shape(1, PLAIN), memory))
                    .isInstanceOf(ResultMemoryException.class)
                    .hasMessage("no memory now for a record batch of 4 bytes");
        }
        assertThat(json(stream, shape(1, PLAIN), memory)).isEqualTo("[[7]]");
    }

    @Test
    void freesItsMemoryWhenTheClientIsGone() throws IOException {
        var gone = new IOException("broken pipe");
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw gone;
            }
        };
        byte[] stream = LyingBatch.of(
                1, ints(0, 60_000), List.of(new Node(1, 0), new Node(60_000, 0)), List.of(NONE, new Span(0, 8)))
                .stream(field("c", new ArrowType.List(), field("item", new ArrowType.Null())));
        var rows = ResultRows.open(new ByteArrayInputStream(stream), memory, plain(1, 1));
        assertThatThrownBy(() -> rows.writeJson(out)).isSameAs(gone);
    }

    @Test
    void refusesBuffersThatLieElsewhere() throws IOException {
        var nodes = List.of(new Node(1, 0));
        refuses(
                LyingBatch.of(1, ints(7), nodes, List.of(NONE, new Span(4, 4))),
                "a buffer of 4 bytes at 4 is not between 0 and 4");
        refuses(
                LyingBatch.of(1, ints(7), nodes, List.of(NONE, new Span(-4, 4))),
                "a buffer of 4 bytes at -4 is not between 0 and 4");
        refuses(
                LyingBatch.of(1, ints(7), nodes, List.of(NONE, new Span(Long.MAX_VALUE, Long.MAX_VALUE))),
                "a buffer of 9223372036854775807 bytes at 9223372036854775807 is not between 0 and 4");
        refuses(
                LyingBatch.of(1, ints(7), nodes, List.of(NONE, new Span(4, -4))),
                "a buffer of -4 bytes at 4 is not between 0 and 4");
        refuses(
                LyingBatch.of(1, ints(7), nodes, List.of(NONE, new Span(0, 3))),
                "a buffer has 3 bytes, its values take 4");
        refuses(
                LyingBatch.of(1, ints(7), List.of(new Node(1, 1)), List.of(NONE, new Span(0, 4))),
                "a buffer has 0 bytes, its values take 1");
    }

    @Test
    void refusesColumnsThatShareABuffer() throws IOException {
        byte[] stream = LyingBatch.of(
                1,
                ints(7),
                List.of(new Node(1, 0), new Node(1, 0)),
                List.of(NONE, new Span(0, 4), new Span(4, 0), new Span(0, 4)))
                .stream(INT, INT);
        refuses(stream, plain(1, 2), "a buffer of 4 bytes at 0 is not between 4 and 4");
    }

    @Test
    void refusesNodesThatLie() throws IOException {
        var buffers = List.of(NONE, new Span(0, 4));
        refuses(LyingBatch.of(1, ints(7), List.of(), buffers), "a record batch lacks nodes: it has 0");
        refuses(
                LyingBatch.of(1, ints(7), List.of(new Node(0, 0)), buffers),
                "a column has 0 values where 1 are needed");
        refuses(
                LyingBatch.of(1, ints(7), List.of(new Node(-1, 0)), buffers),
                "a column has -1 values where 1 are needed");
        refuses(
                LyingBatch.of(1, ints(7), List.of(new Node(1L << 32, 0)), buffers),
                "a column has 4294967296 values where 1 are needed");
        refuses(LyingBatch.of(1, ints(7), List.of(new Node(1, 2)), buffers), "2 of 1 values are null");
        refuses(LyingBatch.of(1, ints(7), List.of(new Node(1, -1)), buffers), "-1 of 1 values are null");
        refuses(
                LyingBatch.of(1, ints(7), List.of(new Node(1, 0)), List.of(NONE)),
                "a record batch lacks buffers: it has 1");
        refuses(
                LyingBatch.of(1, ints(7), List.of(new Node(1, 0), new Node(1, 0)), buffers),
                "a record batch has 2 nodes and 2 buffers, its schema takes 1 and 2");
    }

    @Test
    void refusesOffsetsThatFallOrReachTooFar() throws IOException {
        var nodes = List.of(new Node(2, 0));
        var buffers = List.of(NONE, new Span(0, 12), new Span(12, 4));
        refuses(texts(ints(0, 3, 2, 7), nodes, buffers), plain(2, 1), "offset 2 follows 3");
        refuses(texts(ints(-1, 0, 2, 7), nodes, buffers), plain(2, 1), "offset -1 follows 0");
        refuses(texts(ints(0, 0, 5, 7), nodes, buffers), plain(2, 1), "a buffer has 4 bytes, its values take 5");
        Field list = field("c", new ArrowType.List(), INT);
        byte[] stream = LyingBatch.of(
                1,
                ints(0, 2, 7),
                List.of(new Node(1, 0), new Node(1, 0)),
                List.of(NONE, new Span(0, 8), new Span(8, 0), new Span(8, 4)))
                .stream(list);
        refuses(stream, plain(1, 1), "a column has 1 values where 2 are needed");
    }

    @Test
    void refusesAHugeListOfNothing() throws IOException {
        byte[] stream = LyingBatch.of(
                1,
                ints(0, Integer.MAX_VALUE - 1),
                List.of(new Node(1, 0), new Node(Integer.MAX_VALUE - 1, 0)),
                List.of(NONE, new Span(0, 8)))
                .stream(field("c", new ArrowType.List(), field("item", new ArrowType.Null())));
        refuses(stream, plain(1, 1), "the Arrow stream has more than 33554432 values that take no bytes");
        Field fixed = field("c", new ArrowType.FixedSizeList(Integer.MAX_VALUE), field("item", new ArrowType.Null()));
        byte[] many =
                LyingBatch.of(
                        2, new byte[0], List.of(new Node(2, 0), new Node(Integer.MAX_VALUE - 1, 0)), List.of(NONE))
                        .stream(fixed);
        refuses(many, plain(2, 1), "a column has 2147483646 values where 4294967294 are needed");
    }

    @Test
    void refusesOtherRowsThanTheMessageSays() throws IOException {
        byte[] stream = LyingBatch.of(1, ints(7), List.of(new Node(1, 0)), List.of(NONE, new Span(0, 4))).stream(INT);
        refuses(stream, plain(0, 1), "a record batch has 1 rows, the result message 0 that are not written");
        refuses(stream, plain(2, 1), "the Arrow stream has 1 rows, the result message 2");
        refuses(stream, plain(1, 2), "the Arrow stream has 1 columns, the result message 2");
    }

    @Test
    void refusesWhatTheProtocolLeavesOut() throws IOException {
        LyingBatch none = LyingBatch.of(0, new byte[0], List.of(), List.of());
        refuses(none.compressed(0, INT), plain(0, 1), "a record batch is compressed: expected plain buffers");
        Field dictionary = new Field(
                "c",
                new FieldType(true, new ArrowType.Int(32, true), new DictionaryEncoding(1, false, null)),
                List.of());
        refuses(none.stream(dictionary), plain(0, 1), "a column is dictionary-encoded: expected plain values");
        refuses(
                none.stream(field("c", new ArrowType.Utf8View())),
                plain(0, 1),
                "a column has the Arrow type Utf8View, which no result has");
        refuses(
                none.stream(field("c", new ArrowType.Decimal(10, -5, 128))),
                plain(0, 1),
                "a decimal has precision 10 and scale -5");
        refuses(
                none.stream(field("c", new ArrowType.Struct(), INT, INT)),
                plain(0, 1),
                "two fields of a struct share a name");
        refuses(new byte[0], plain(0, 0), "the Arrow stream does not begin with a schema");
    }

    private static byte[] texts(byte[] body, List<Node> nodes, List<Span> buffers) throws IOException {
        return LyingBatch.of(2, body, nodes, buffers).stream(TEXT);
    }

    private void refuses(LyingBatch batch, String message) throws IOException {
        refuses(batch.stream(INT), plain(1, 1), message);
    }

    private void refuses(byte[] stream, ResultShape shape, String message) {
        assertThatThrownBy(() -> json(stream, shape, memory))
                .isInstanceOf(CorruptResultException.class)
                .hasMessage(message);
    }

    private void survives(byte[] stream, ResultShape shape) {
        try {
            json(stream, shape, memory);
        } catch (CorruptResultException | ResultMemoryException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(memory.getAllocatedMemory()).isZero();
    }

    private static int interesting(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0xff;
            case 1 -> 0x7f;
            case 2 -> random.nextInt(4);
            default -> random.nextInt(256);
        };
    }

    private static ResultShape plain(int rows, int columns) {
        return shape(rows, Collections.nCopies(columns, PLAIN).toArray(Encoding[]::new));
    }
}
