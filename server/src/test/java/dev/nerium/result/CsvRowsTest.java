package dev.nerium.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows as CSV and as lines of JSON. */
final class CsvRowsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "0.0, 0.0",
        "-0.0, -0.0",
        "1.0, 1.0",
        "0.1, 0.1",
        "1.0E7, 10000000.0",
        "1.2345678E7, 12345678.0",
        "1.234567890123E7, 12345678.90123",
        "1.0E15, 1000000000000000.0",
        "1.0E16, 1e+16",
        "1.2345678901234568E17, 1.2345678901234568e+17",
        "1.0E-4, 0.0001",
        "1.5E-5, 0.000015",
        "1.5E-6, 1.5e-6",
        "-1.0E22, -1e+22",
        "1.7976931348623157E308, 1.7976931348623157e+308",
        "2.2250738585072014E-308, 2.2250738585072014e-308",
        "NaN, NaN",
        "Infinity, inf",
        "-Infinity, -inf"
    })
    void floatsHaveTheNotationOfPolars(double value, String text) {
        assertThat(FloatText.of(value)).isEqualTo(text);
    }

    @Test
    void textsAreQuotedOnlyWhereTheyMustBe() throws IOException {
        List<String> texts = List.of("plain", "", "a,b", "say \"hi\"", "two\nlines", "\r", "ü 😀", " x ");

        String csv = csv(texts("c,1", texts), "c,1", texts.size());

        assertThat(csv)
                .isEqualTo("\"c,1\"\nplain\n\"\"\n\"a,b\"\n\"say \"\"hi\"\"\"\n\"two\nlines\"\n\"\r\"\nü 😀\n x \n");
    }

    @Test
    void aTextThatIsReadInPartsIsQuoted() throws IOException {
        String longText = "x\"😀".repeat(40_000);

        assertThat(csv(texts("c", List.of(longText)), "c", 1))
                .isEqualTo("c\n\"" + longText.replace("\"", "\"\"") + "\"\n");
    }

    @Test
    void aLineOfJsonNamesTheColumns() throws IOException {
        byte[] stream = texts("a \"b\"", List.of("x\ny"));
        var out = new ByteArrayOutputStream();
        try (var memory = new RootAllocator(64 << 20)) {
            rows(stream, memory, "a \"b\"", 1).writeJsonLines(out);
        }

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"a \\\"b\\\"\":\"x\\ny\"}\n");
    }

    @Test
    void nullsAreNothingAndEmptyBytesAreNot() throws IOException {
        byte[] bytes =
                ArrowData.stream(VarBinaryVector.class, ArrowData.field("c", new ArrowType.Binary()), 3, vector -> {
                    vector.setSafe(0, new byte[0]);
                    vector.setNull(1);
                    vector.setSafe(2, new byte[] {0, -1});
                });
        byte[] floats = ArrowData.stream(
                Float8Vector.class,
                ArrowData.field("c", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
                2,
                vector -> vector.setNull(0));

        assertThat(csv(bytes, "c", 3)).isEqualTo("c\n\"\"\n\nAP8=\n");
        assertThat(csv(floats, "c", 2)).isEqualTo("c\n\n\n");
    }

    private static byte[] texts(String name, List<String> texts) {
        return ArrowData.stream(
                VarCharVector.class, ArrowData.field(name, new ArrowType.Utf8()), texts.size(), vector -> {
                    for (int i = 0; i < texts.size(); i++) {
                        vector.setSafe(i, texts.get(i).getBytes(StandardCharsets.UTF_8));
                    }
                });
    }

    private static String csv(byte[] stream, String name, int rows) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var memory = new RootAllocator(64 << 20)) {
            rows(stream, memory, name, rows).writeCsv(out);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static ResultRows rows(byte[] stream, RootAllocator memory, String name, int rows) throws IOException {
        ResultShape shape = new ResultShape(rows, rows, List.of(name), List.of("?"), List.of(ArrowData.PLAIN));
        return ResultRows.open(new ByteArrayInputStream(stream), memory, shape);
    }
}
