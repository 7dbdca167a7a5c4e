package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.docs.MarkdownPage.Block;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that the pages and the OpenAPI file name are settings of the server. */
class SettingsTest {
    private Settings settings = new Settings(Path.of(""));

    /** A key, and where it is named. */
    private record Mention(String page, String key) {}

    @BeforeEach
    void useAnEmptyHome(@TempDir Path home) {
        settings = new Settings(home);
    }

    @Test
    void everyKeyOnAPageExists() {
        List<Mention> mentions = Stream.concat(Repository.pages().stream(), Stream.of(openApi()))
                .flatMap(page -> SettingNames.on(page).stream().map(key -> new Mention(page.name(), key)))
                .toList();

        assertThat(mentions).hasSizeGreaterThan(80).allMatch(mention -> settings.knows(mention.key()));
    }

    @Test
    void everyExampleOfNeriumYamlIsAccepted() {
        List<Block> examples = Repository.pages().stream()
                .flatMap(page -> page.blocks().stream())
                .filter(SettingsTest::isOurs)
                .toList();

        assertThat(examples)
                .hasSizeGreaterThan(8)
                .allSatisfy(example -> assertThat(settings.refusal(example.text()))
                        .as(example.text())
                        .isEmpty());
    }

    @Test
    void aKeyThatDoesNotExistIsFound() {
        assertThat(SettingNames.on(
                        page("`sandbox.max-runing`, `results.retention`, `.keep-bytez`, `resultz.*`, `lake.*`")))
                .containsExactly("sandbox.max-runing", "results.retention", "results.keep-bytez", "lake")
                .filteredOn(key -> !settings.knows(key))
                .containsExactly("sandbox.max-runing", "results.keep-bytez");
    }

    @Test
    void namesOfFilesAndTablesAreNoKeys() {
        assertThat(SettingNames.on(page("`distributed.py`, `telemetry.run_events`, `sales.orders`, `lake`")))
                .isEmpty();
    }

    @Test
    void anExampleWithAnUnknownKeyOrAnImpossibleValueIsRefused() {
        assertThat(settings.refusal("sandbox:\n  timeouts: 10m\n"))
                .hasValueSatisfying(message -> assertThat(message).contains("unknown key 'sandbox.timeouts'"));
        assertThat(settings.refusal("sandbox:\n  timeout: ten minutes\n"))
                .hasValueSatisfying(message -> assertThat(message).contains("'ten minutes' is not a duration"));
        assertThat(settings.refusal("store:\n  password-file: /etc/nerium/password\n"))
                .isEqualTo(Optional.empty());
    }

    /** An example of another program's file says so in its first line. */
    private static boolean isOurs(Block block) {
        return block.language().equals("yaml") && !block.text().matches("(?s)# [\\w-]+\\.ya?ml\\n.*");
    }

    private static MarkdownPage page(String text) {
        return new MarkdownPage(Repository.ROOT.resolve("page.md"), text);
    }

    private static MarkdownPage openApi() {
        return MarkdownPage.of(Repository.ROOT.resolve("spec/openapi.yaml"));
    }
}
