package dev.nerium.result;

import static dev.nerium.result.ArrowData.column;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.Test;

class TextsTest {
    @Test
    void escapesWhatJsonCannotHold() throws IOException {
        assertThat(column(VarCharVector.class, new ArrowType.Utf8(), 4, v -> {
                    v.setSafe(0, utf8("é \"quoted\" \\"));
                    v.setSafe(1, utf8("\u0000\n\u001f"));
                    v.setSafe(2, utf8(""));
                }))
                .isEqualTo("[[\"é \\\"quoted\\\" \\\\\"],[\"\\u0000\\n\\u001F\"],[\"\"],[null]]");
    }

    @Test
    void replacesBytesThatAreNotUtf8() throws IOException {
        assertThat(column(LargeVarCharVector.class, new ArrowType.LargeUtf8(), 2, v -> {
                    v.setSafe(0, new byte[] {'a', (byte) 0xff, 'b'});
                    v.setSafe(1, new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80});
                }))
                .isEqualTo("[[\"a\ufffdb\"],[\"\ufffd\"]]");
    }

    @Test
    void writesLongTextsInPartsWithoutLoss() throws IOException {
        String text = "a😀é\"".repeat(50_000);
        String json = column(VarCharVector.class, new ArrowType.Utf8(), 1, v -> v.setSafe(0, utf8(text)));
        assertThat(new ObjectMapper().readTree(json).get(0).get(0).textValue()).isEqualTo(text);
    }

    @Test
    void writesBinaryAsPaddedStandardBase64() throws IOException {
        assertThat(column(VarBinaryVector.class, new ArrowType.Binary(), 3, v -> {
                    v.setSafe(0, new byte[] {(byte) 0xfb, (byte) 0xff});
                    v.setSafe(1, new byte[0]);
                }))
                .isEqualTo("[[\"+/8=\"],[\"\"],[null]]");
        assertThat(column(
                        FixedSizeBinaryVector.class,
                        new ArrowType.FixedSizeBinary(3),
                        1,
                        v -> v.set(0, new byte[] {1, 2, 3})))
                .isEqualTo("[[\"AQID\"]]");
        byte[] large = new byte[100_001];
        assertThat(column(LargeVarBinaryVector.class, new ArrowType.LargeBinary(), 1, v -> v.setSafe(0, large)))
                .isEqualTo("[[\"" + Base64.getEncoder().encodeToString(large) + "\"]]");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
