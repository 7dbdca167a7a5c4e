package dev.nerium.cli.statement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementTest {
    @Test
    void splitsAtSemicolons() {
        assertThat(texts("SELECT 1; SELECT 2;\nSELECT 3")).containsExactly("SELECT 1", "SELECT 2", "SELECT 3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'a;b', 'it''s;', ''",
                "SELECT \"a;b\", \"say \"\";\"\"\"",
                "SELECT `a;b`, `back``;`",
                "SELECT 1 -- one; two\n, 2",
                "SELECT 1 /* one; /* nested; */ two; */ + 1",
                "SELECT $$one; 'two;$$",
                "SELECT $tag$one; $$ two; $tag$",
                "SELECT E'it\\'s; so'",
                "SELECT e'\\\\'",
                "SELECT $a, $b FROM t WHERE x = :c AND y = ?",
                "SELECT * FROM \"sales.orders@branch:a;b\"",
                "SELECT n FROM sales.orders$snapshots",
                "SELECT '日本;', '👍;'"
            })
    void keepsSemicolonsThatAreNotBetweenStatements(String statement) {
        assertThat(texts(statement + ";SELECT 2")).containsExactly(statement, "SELECT 2");
    }

    @Test
    void ignoresWhatHasNoStatement() {
        assertThat(texts("")).isEmpty();
        assertThat(texts(" \n;; -- nothing\n; /* nothing */")).isEmpty();
    }

    @Test
    void keepsTheCommentsOfAStatement() {
        assertThat(texts("-- first\nSELECT 1; -- behind\n")).containsExactly("-- first\nSELECT 1");
    }

    @Test
    void leavesAQuoteWithoutAnEndToTheServer() {
        assertThat(texts("SELECT 1; SELECT 'a; SELECT 2;")).containsExactly("SELECT 1", "SELECT 'a; SELECT 2;");
        assertThat(texts("SELECT /* a; /* b */ ;")).containsExactly("SELECT /* a; /* b */ ;");
        assertThat(texts("SELECT $$a;")).containsExactly("SELECT $$a;");
    }

    @Test
    void knowsTheFirstLineOfEachStatement() {
        assertThat(Statement.all("\n\nSELECT 1;\n-- x\n\nSELECT\n2;SELECT 3"))
                .extracting(Statement::line)
                .containsExactly(3, 4, 7);
    }

    @Test
    void isCompleteBehindASemicolon() {
        assertThat(List.of("SELECT 1;", "SELECT 1; -- done", "SELECT ';';", "; ;"))
                .allMatch(Statement::isComplete);
        assertThat(List.of(
                        "", "SELECT 1", "SELECT ';", "SELECT 1 -- ;", "SELECT 1; SELECT 2", "SELECT 1; /*", "/* ; */"))
                .noneMatch(Statement::isComplete);
    }

    @Test
    void namesItsParameters() {
        assertThat(statement("SELECT $a, :b, '$c', \"$d\", e::int, f$g -- $h").parameters())
                .containsExactly("a", "b");
        assertThat(statement("SELECT ?, ?, $3").parameters()).containsExactly("1", "2", "3");
    }

    private static Statement statement(String text) {
        return new Statement(text, 1);
    }

    private static List<String> texts(String text) {
        return Statement.all(text).stream().map(Statement::text).toList();
    }
}
