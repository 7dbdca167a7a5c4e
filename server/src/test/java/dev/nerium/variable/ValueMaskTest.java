package dev.nerium.variable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueMaskTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "token-4711      | a token-4711.        | a ***.",
                "token-4711      | token-4711token-4711 | ******",
                "token-4711      | token-471            | ***",
                "token-4711      | token-471 x          | token-471 x",
                "token-4711      | xtok                 | xtok",
                "token-4711      | tok                  | tok",
                "abc             | abc                  | abc",
                "äöüß            | xäöüß                | x***",
                "äöü             | äöü                  | äöü",
                "aaaa            | aaaaaa               | ***",
                "abcabd          | abcabcabd            | abc***",
                "say \"hi\"      | say \\\"hi\\\"       | ***",
                "it's \\d        | 'it\\'s \\\\d'       | '***'",
            })
    void eachValueIsReplaced(String value, String text, String expected) {
        assertThat(mask(value).apply(text)).isEqualTo(expected);
    }

    @Test
    void aValueOfSeveralLinesIsReplacedAsAWholeAndByLine() {
        ValueMask mask = mask("-----BEGIN KEY-----\r\n  MIIEpAIB\nab\n-----END KEY-----\n");

        assertThat(mask.apply("key: MIIEpAIB, ab, -----END KEY-----")).isEqualTo("key: ***, ab, ***");
        assertThat(mask.apply("'-----BEGIN KEY-----\\r\\n  MIIEpAIB\\nab\\n-----END KEY-----\\n'"))
                .isEqualTo("'***'");
    }

    @Test
    void theLongestValueCounts() {
        assertThat(mask("token", "token-4711", "4711-end").apply("token-4711-end token-47 token"))
                .isEqualTo("*** ***-47 ***");
    }

    @Test
    void noSplitLetsAValueThrough() throws IOException {
        Random random = new Random(1);
        for (int round = 0; round < 300; round++) {
            List<String> values = Stream.generate(() -> word(random, 4 + random.nextInt(6)))
                    .limit(3)
                    .toList();
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 8; i++) {
                text.append(random.nextBoolean() ? values.get(random.nextInt(3)) : word(random, random.nextInt(5)));
            }
            ValueMask mask = mask(values.toArray(new String[0]));
            String whole = mask.apply(text.toString());

            assertThat(values).noneMatch(whole::contains);
            assertThat(inPieces(mask, text.toString(), random)).isEqualTo(whole);
        }
    }

    @Test
    void whatMayBeTheBeginningOfAValueIsWithheld() {
        MaskedStream stream = new MaskedStream(mask("token-4711"));

        assertThat(add(stream, "a token")).isEqualTo("a ");
        assertThat(add(stream, "-47")).isEmpty();
        assertThat(add(stream, "12 b")).isEqualTo("token-4712 b");
    }

    @Test
    void aClosedMaskLetsNothingThrough() {
        ValueMask mask = mask("token-4711");
        MaskedStream stream = new MaskedStream(mask);
        String before = add(stream, "a token");
        mask.close();

        assertThat(before + add(stream, "-4711 b") + new String(stream.end(), StandardCharsets.UTF_8))
                .isEqualTo("a ");
    }

    @Test
    void withoutValuesTextIsUnchanged() {
        assertThat(ValueMask.NONE.apply("ä \ud83d\ude00 text")).isEqualTo("ä \ud83d\ude00 text");
        ValueMask.NONE.close();
        assertThat(ValueMask.NONE.apply("text")).isEqualTo("text");
    }

    @Test
    void aFailureLosesTheCauseThatHasAValue() {
        NeriumException failure = new NeriumException(
                ErrorCode.INTERNAL_ERROR,
                "no table token-4711",
                "token-4711 is none",
                new IOException("x", new IOException("token-4711")));

        NeriumException masked = mask("token-4711").apply(failure);

        assertThat(masked.message()).isEqualTo("no table ***");
        assertThat(masked.details()).contains("*** is none");
        assertThat(masked.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(masked).hasNoCause();
        assertThat(mask("other").apply(failure).getCause()).isSameAs(failure.getCause());
    }

    @Test
    void noTextForLogsHasAValue() {
        ValueMask mask = mask("token-4711");
        ScriptSecrets secrets = new ScriptSecrets(java.util.Map.of("TOKEN", bytes("token-4711")));

        assertThat(mask.toString() + secrets).doesNotContain("4711");
    }

    @Test
    void closedSecretsAreOverwritten() {
        byte[] value = bytes("token-4711");
        ScriptSecrets secrets = new ScriptSecrets(java.util.Map.of("TOKEN", value));
        ValueMask mask = secrets.mask();
        assertThat(secrets.bytes()).isEqualTo(bytes("token-4711"));

        secrets.close();

        assertThat(value).containsOnly(0);
        assertThat(mask.apply("token-4711")).isEqualTo("***");
    }

    private static ValueMask mask(String... values) {
        return new ValueMask(Stream.of(values).map(ValueMaskTest::bytes).toList());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String add(MaskedStream stream, String text) {
        byte[] chunk = bytes(text);
        return new String(stream.add(chunk, chunk.length), StandardCharsets.UTF_8);
    }

    private static String inPieces(ValueMask mask, String text, Random random) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        MaskedStream stream = new MaskedStream(mask);
        byte[] rest = bytes(text);
        int at = 0;
        while (at < rest.length) {
            int length = Math.min(1 + random.nextInt(4), rest.length - at);
            out.write(stream.add(java.util.Arrays.copyOfRange(rest, at, at + length), length));
            at += length;
        }
        out.write(stream.end());
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Of few letters, so that values overlap and begin alike. */
    private static String word(Random random, int length) {
        return random.ints(length, 0, 3)
                .collect(StringBuilder::new, (word, letter) -> word.append("abö".charAt(letter)), StringBuilder::append)
                .toString();
    }
}
