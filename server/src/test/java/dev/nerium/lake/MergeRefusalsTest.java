package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Merges that can't be: each is refused with what to do instead, and leaves the table as it was. */
@Tag("server")
class MergeRefusalsTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        server.script(
                "result = pl.LazyFrame({'id': [1], 'x': [0.5], 'tags': [['a']]})", Map.of("destination", "default.t"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            'saveMode': 'append', 'mergeKeys': ['id'] | mergeKeys is given, and saveMode is 'append': keys belong to the mode merge.
            'mergeKeys': ['id'] | mergeKeys is given, and saveMode is 'overwrite': keys belong to the mode merge.
            'saveMode': 'merge', 'mergeKeys': [] | mergeKeys is []: expected a list of column names, such as ["id"].
            'saveMode': 'merge', 'mergeKeys': 'id' | mergeKeys is "id": expected a list of column names, such as ["id"].
            'saveMode': 'merge', 'mergeKeys': [1] | mergeKeys is [1]: expected a list of column names, such as ["id"].
            'saveMode': 'merge', 'mergeKeys': ['id', 'id'] | mergeKeys names the column 'id' twice: name each key column once.
            'saveMode': 'merge' | mergeKeys is missing: the table oleander.default.t has no identifier fields, so name the columns that identify its rows, such as ["id"].
            'saveMode': 'merge', 'mergeKeys': ['idd'] | mergeKeys names the column 'idd', which the table oleander.default.t does not have. Did you mean 'id'?
            'saveMode': 'merge', 'mergeKeys': ['tags'] | mergeKeys names the column 'tags' of the type list: expected a primitive type that can be compared.
            """)
    void refusesKeysThatAreNone(String fields, String error) {
        Reply reply = server.run("{'mode': 'script', 'script': 'result = scan(\\u0022default.t\\u0022)',"
                + " 'destination': 'default.t', " + fields + "}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo(error);
    }

    @Test
    void refusesKeysOfFloatingPoint() {
        Reply reply = MergeRefusalsTest.merge("{'id': [1], 'x': [0.5]}", "x");

        assertThat(reply.error())
                .isEqualTo(
                        "mergeKeys names the column 'x' of the type double: equal floating-point numbers may differ in"
                                + " their last bits, and NaN equals nothing. Use a column of another type, such as a decimal.");
    }

    @Test
    void refusesAKeyThatTheResultDoesNotHave() {
        assertThat(merge("{'x': [0.5]}", "id").error())
                .isEqualTo("mergeKeys names the column 'id', which the result does not have.");
    }

    @Test
    void refusesAResultThatDoesNotFitTheTable() {
        Reply reply = merge("{'id': [1], 'other': [0.5]}", "id");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.details()).isEqualTo("column 'other' is not in the table");
    }

    @Test
    void refusesKeysThatTheResultHasTwice() {
        Reply reply = merge("{'id': [7, 8, 7, 7]}", "id");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error())
                .isEqualTo("The result has 1 key in more than one row, and a merge needs one row for each key:"
                        + " id=7 (3 rows).");
        assertThat(reply.details())
                .contains(
                        "Keep one row of each, such as the last: result.unique(subset=['id'], keep='last', maintain_order=True).");
        assertThat(server.query("SELECT id FROM t", "t=default.t").rows()).isEqualTo("[[1]]");
    }

    @Test
    void refusesKeysThatAreNull() {
        Reply reply = merge("{'id': [1, None, None]}", "id");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error())
                .isEqualTo("The key column 'id' is null in 2 rows of the result: null equals nothing, also no key.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            b''                                   | 200
            (5).to_bytes(8, 'little')             | 400
            (-1).to_bytes(8, 'little', signed=True) | 400
            (0).to_bytes(8, 'little') * 2         | 400
            b'abc'                                | 400
            """)
    void believesNoRowNumberThatAWorkerLeft(String bytes, int status) {
        server.script("result = pl.LazyFrame({'id': [1, 2], 'v': [1, 2]})", Map.of("destination", "default.forged"));

        Reply reply = server.script(
                """
                import nerium_worker.output.merge as merge
                real = merge.find_replaced
                def forged(*arguments):
                    answer = real(*arguments)
                    open('/job/out/replaced', 'wb').write(%s)
                    return answer
                merge.find_replaced = forged
                result = pl.LazyFrame({'id': [2], 'v': [9]})
                """.formatted(bytes),
                Map.of("destination", "default.forged", "saveMode", "merge", "mergeKeys", java.util.List.of("id")));

        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        if (status == 400) {
            assertThat(reply.error()).startsWith("The row numbers of the run are invalid: ");
            assertThat(server.query("SELECT count(*) AS n FROM t", "t=default.forged")
                            .rows())
                    .isEqualTo("[[2]]");
        }
    }

    private static Reply merge(String columns, String key) {
        return server.script(
                "result = pl.LazyFrame(" + columns + ")",
                Map.of("destination", "default.t", "saveMode", "merge", "mergeKeys", java.util.List.of(key)));
    }
}
