package dev.nerium.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultShapeTest {
    private static final String MESSAGE = """
            {"type": "result", "rows": 5, "returned": 2, "columns": ["a", "b"], "dtypes": ["Int64", "Int128"],
             "encodings": [null, "integer"], "file": null, "written": null}""";

    @Test
    void readsAResultMessage() throws IOException {
        assertThat(parse(MESSAGE))
                .isEqualTo(new ResultShape(
                        5,
                        2,
                        List.of("a", "b"),
                        List.of("Int64", "Int128"),
                        List.of(new Encoding.AsArrow(), new Encoding.IntegerText())));
    }

    @Test
    void saysWhatIsWrong() {
        refuses("\"rows\": 5", "\"rows\": 5.0", "rows is not an integer");
        refuses("\"rows\": 5", "\"rows\": 1e400", "rows is not an integer");
        refuses("\"rows\": 5", "\"rows\": 99999999999999999999", "rows is not an integer");
        refuses("\"rows\": 5,", "", "rows is not an integer");
        refuses("\"rows\": 5", "\"rows\": 1", "returned is 2 of 1 rows");
        refuses("\"returned\": 2", "\"returned\": -1", "returned is -1 of 5 rows");
        refuses("[\"a\", \"b\"]", "null", "columns is not a list");
        refuses("[\"a\", \"b\"]", "[\"a\", null]", "columns is not a list of strings");
        refuses("[\"a\", \"b\"]", "[\"a\", \"a\"]", "two columns share a name");
        refuses("[\"a\", \"b\"]", "[\"a\"]", "1 columns come with 2 dtypes and 2 encodings");
        refuses("[\"Int64\", \"Int128\"]", "[\"Int64\", 1]", "dtypes is not a list of strings");
        refuses("[null, \"integer\"]", "{}", "encodings is not a list");
    }

    private static void refuses(String good, String bad, String message) {
        assertThatThrownBy(() -> parse(MESSAGE.replace(good, bad)))
                .isInstanceOf(CorruptResultException.class)
                .hasMessage("the result message is wrong: " + message);
    }

    private static ResultShape parse(String json) throws IOException {
        return ResultShape.parse(new ObjectMapper().readTree(json));
    }
}
