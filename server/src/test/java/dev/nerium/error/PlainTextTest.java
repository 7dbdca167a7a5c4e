package dev.nerium.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {
    @Test
    void showsWhatWouldActOnATerminal() {
        assertThat(PlainText.of("a\u001b[31mb\u009b2Jc\u0000d\u007fe\r"))
                .isEqualTo("a\uFFFD[31mb\uFFFD2Jc\uFFFDd\uFFFDe\uFFFD");
    }

    @Test
    void showsWhatTurnsTextAround() {
        assertThat(PlainText.of("a\u202eb\u2066c")).isEqualTo("a\uFFFDb\uFFFDc");
    }

    @Test
    void leavesLinesAndLettersOfAnyScript() {
        String text = "grüße\n\tעברית 😀";

        assertThat(PlainText.of(text)).isEqualTo(text);
    }

    @Test
    void showsHalvesOfCharacters() {
        assertThat(PlainText.of("a\ud800b")).isEqualTo("a\uFFFDb");
    }

    @Test
    void cutsWhatGoesOn() {
        assertThat(PlainText.of("abcdef", 3)).isEqualTo("abc…");
        assertThat(PlainText.of("abc", 3)).isEqualTo("abc");
        assertThat(PlainText.of("ab😀", 3)).isEqualTo("ab\uFFFD…");
    }
}
