package dev.nerium.cli.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jline.reader.EOFError;
import org.jline.reader.Parser.ParseContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlLineTest {
    @Test
    void hasTheNameAtTheCursor() {
        SqlLine line = end("SELECT o.pri FROM sales.\"my orders\".pri");

        assertThat(line.qualifier()).containsExactly("sales", "my orders");
        assertThat(line.part()).isEqualTo("pri");
        assertThat(line.word()).isEqualTo("sales.\"my orders\".pri");
        assertThat(line.before()).isEqualTo("SELECT o.pri FROM ");
        assertThat(SqlLine.of("SELECT o.pri FROM t", 12).qualifier()).isEqualTo(List.of("o"));
        assertThat(end("SELECT \"un").part()).isEqualTo("\"un");
        assertThat(end("SELECT ").word()).isEmpty();
    }

    @Test
    void hasTheStatementAtTheCursor() {
        String text = "SELECT 1; SELECT x FROM t; SELECT 3";

        assertThat(SqlLine.of(text, 18).statement()).isEqualTo(" SELECT x FROM t");
        assertThat(SqlLine.of(text, 18).before()).isEqualTo(" SELECT ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 'a", "SELECT 'a; b", "-- a", "SELECT /* a", "SELECT $$a"})
    void completesNothingInTextsAndComments(String text) {
        assertThat(end(text).isText()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 'a'", "SELECT \"a", "SELECT 1 /* a */", "-- a\nSEL"})
    void completesBehindThem(String text) {
        assertThat(end(text).isText()).isFalse();
    }

    @Test
    void hasCommands() {
        assertThat(end("\\ti").isCommand()).isTrue();
        assertThat(end("\\d sales.o").isCommand()).isFalse();
        assertThat(end("\\d sales.o").isArgument()).isTrue();
        assertThat(end("\\d sales.o").word()).isEqualTo("sales.o");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "SELECT 1;", "\\d", "quit", "EXIT;", "help", "-- nothing", "SELECT\n1; -- done"})
    void endsAtEnter(String text) {
        assertThat(accepted(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1", "SELECT ';", "SELECT 1; SELECT", "/* ;", "quit now", "SELECT 1 \\d"})
    void goesOnAfterEnter(String text) {
        assertThat(accepted(text)).isFalse();
    }

    private static SqlLine end(String text) {
        return SqlLine.of(text, text.length());
    }

    private static boolean accepted(String text) {
        try {
            new SqlLineParser().parse(text, text.length(), ParseContext.ACCEPT_LINE);
            return true;
        } catch (EOFError e) {
            return false;
        }
    }
}
