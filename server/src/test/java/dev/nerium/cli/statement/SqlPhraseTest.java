package dev.nerium.cli.statement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlPhraseTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bigint",
                "decimal(9, 2) not null",
                "struct<a: int, b: list<string>>",
                "int comment 'a, b;)'",
                "int[]"
            })
    void takesOneElementOfAList(String text) {
        assertThat(SqlPhrase.isOne(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "int, b int",
                "int) USING x",
                "decimal(9",
                "int; DROP TABLE t",
                "int -- x",
                "'a",
                "int /* x */"
            })
    void refusesTheRest(String text) {
        assertThat(SqlPhrase.isOne(text)).isFalse();
    }
}
