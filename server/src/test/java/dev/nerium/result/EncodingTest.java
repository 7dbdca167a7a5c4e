package dev.nerium.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncodingTest {
    @Test
    void readsEachEncoding() throws IOException {
        assertThat(parse("null")).isEqualTo(new Encoding.AsArrow());
        assertThat(parse("\"integer\"")).isEqualTo(new Encoding.IntegerText());
        assertThat(parse("\"float16\"")).isEqualTo(new Encoding.HalfFloat());
        assertThat(parse("{\"struct\": [null, {\"list\": \"integer\"}]}"))
                .isEqualTo(new Encoding.StructOf(
                        List.of(new Encoding.AsArrow(), new Encoding.ListOf(new Encoding.IntegerText()))));
    }

    @Test
    void refusesEverythingElse() {
        for (String json : new String[] {
            "1",
            "true",
            "[]",
            "{}",
            "\"int\"",
            "{\"list\": 1}",
            "{\"struct\": null}",
            "{\"struct\": {}}",
            "{\"list\": null, \"struct\": []}",
            "{\"array\": null}"
        }) {
            assertThatThrownBy(() -> parse(json))
                    .isInstanceOf(CorruptResultException.class)
                    .hasMessageContaining("expected null, \"integer\", \"float16\"");
        }
    }

    @Test
    void refusesEndlessNesting() {
        assertThatThrownBy(() -> parse("{\"list\":".repeat(200) + "null" + "}".repeat(200)))
                .isInstanceOf(CorruptResultException.class)
                .hasMessage("an encoding is nested deeper than 128");
    }

    private static Encoding parse(String json) throws IOException {
        return Encoding.parse(new ObjectMapper().readTree(json));
    }
}
