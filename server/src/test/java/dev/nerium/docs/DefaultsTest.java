package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where a page, or the OpenAPI file, names the default of a setting, it is the setting's. */
class DefaultsTest {
    /** {@code `results.retention`, one hour by default}, or {@code `lineage.retention` (90 days)}. */
    private static final Pattern DEFAULT = Pattern.compile(
            "`([a-z-]+(?:\\.[a-z-]+)+)`(?: rows)?(?:, | \\()(" + Quantity.TEXT + ")(?: by default|\\))");

    /** What a page says of a setting. */
    private record Claim(String page, String key, String value) {
        private boolean isTrue() {
            return Quantity.parse(value).equals(Quantity.parse(Settings.defaultOf(key)));
        }
    }

    @Test
    void everyDefaultOnAPageIsTheSettings() {
        List<Claim> claims = Stream.concat(
                        Repository.pages().stream(),
                        Stream.of(MarkdownPage.of(Repository.ROOT.resolve("spec/openapi.yaml"))))
                .flatMap(page -> claims(page.name(), page.text()))
                .toList();

        assertThat(claims).hasSizeGreaterThan(15).allMatch(Claim::isTrue);
    }

    @Test
    void aWrongDefaultIsFound() {
        assertThat(claims("page", "`results.retention`, one\nhour by default; `results.retention` (2 h by default)"))
                .extracting(Claim::isTrue)
                .containsExactly(true, false);
        assertThat(claims("page", "`sandbox.memory-per-vcpu` (2 GiB), `results.inline-rows`, 1,000 by default"))
                .extracting(Claim::isTrue)
                .containsExactly(true, false);
    }

    private static Stream<Claim> claims(String page, String text) {
        return DEFAULT.matcher(text.replaceAll("\\s+", " "))
                .results()
                .map(claim -> new Claim(page, claim.group(1), claim.group(2)));
    }
}
