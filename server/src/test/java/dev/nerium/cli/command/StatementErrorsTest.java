package dev.nerium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.cli.FakeServer;
import dev.nerium.cli.Ran;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Errors of statements as a person sees them. */
class StatementErrorsTest {
    @Test
    void havePlaceDetailsAndHint() {
        assertThat(errors("SELECT a,\n  b FROM t", """
                {"success": false, "error": "There is no column 'b'.",
                 "details": "one\\ntwo\\n  three\\nfour\\nfive\\nHint: Did you mean the column 'c'?"}""")).isEqualTo("""
                error: There is no column 'b'.
                  2 |   b FROM t
                        ^
                  one
                  two
                    three
                  four
                  five
                hint: Did you mean the column 'c'?
                """);
    }

    @Test
    void haveTheCaretBehindWideCharacters() {
        assertThat(errors("SELECT '日本👍',\tb FROM t", """
                {"success": false, "error": "There is no column 'b'.", "details": "There is no column 'b'."}""")).isEqualTo("""
                error: There is no column 'b'.
                  1 | SELECT '日本👍', b FROM t
                                       ^
                """);
    }

    @Test
    void haveNoPlaceThatTheStatementLacks() {
        assertThat(errors("SELECT 1", """
                {"success": false, "error": "Wrong at line 7, column 3.", "details": ""}""")).isEqualTo("error: Wrong at line 7, column 3.\n");
    }

    @Test
    void nameAServerThatStopped() {
        FakeServer server = FakeServer.answering(200, "{}");
        Map<String, String> environment = server.environment();
        server.close();

        Ran ran = Ran.with(environment, "sql", "SELECT 1; SELECT 2", "--ignore-errors");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).containsSubsequence("no server answers at ", "no server answers at ");
    }

    private static String errors(String statement, String reply) {
        try (FakeServer server = FakeServer.answering(400, reply)) {
            Ran ran = Ran.with(server.environment(), "sql", statement);
            assertThat(ran.exit()).isEqualTo(1);
            return ran.err();
        }
    }
}
