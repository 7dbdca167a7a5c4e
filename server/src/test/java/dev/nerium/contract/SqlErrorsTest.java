package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The statements of {@code worker/tests/sql_errors.txt}, as clients see their errors. */
@Tag("server")
class SqlErrorsTest {
    private static final Pattern BLANK_LINE = Pattern.compile("\n\n");
    private static TestServer server;

    /** @param line with the error, as the file has it */
    record Case(String sql, String line, String hint) {
        static Case parse(String block) {
            String[] lines = block.strip().split("\n", -1);
            return new Case(
                    lines[0].replace("\\n", "\n"),
                    lines[1].strip(),
                    lines[2].strip().substring(2));
        }
    }

    @BeforeAll
    static void start() {
        server = TestServer.start();
        server.script(
                "result = pl.LazyFrame({'size': [1.5, 2.5, None, 1.5], 'species': ['setosa', 'virginica', None, 'setosa']})"
                        + ".with_columns(day=pl.date(2020, 1, 1))",
                Map.of("destination", "errors.flowers"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Case> cases() throws IOException {
        String text = Files.readString(Path.of("worker", "tests", "sql_errors.txt"));
        // The names of tables near an unknown one depend on the lake.
        return BLANK_LINE
                .splitAsStream(text)
                .map(Case::parse)
                .filter(each -> !each.line().contains("There is no table information_schema"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void haveTheUsersWordsAndNoneTwice(Case wrong) {
        Reply reply = server.query(wrong.sql(), "flowers=errors.flowers", "empty=errors.flowers");

        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(wrong.line()).endsWith(": " + reply.error());
        assertThat(reply.details()).endsWith("Hint: " + wrong.hint()).doesNotContain(reply.error());
    }
}
