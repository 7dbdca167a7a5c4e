package dev.nerium.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.config.CatalogConfig.CatalogType;
import dev.nerium.config.tree.SettingVariables;
import dev.nerium.config.tree.SettingsTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Environment variables that set settings. */
class SettingVariablesTest {
    @TempDir
    private Path home = Path.of("");

    @Test
    void noTwoSettingsHaveTheSameVariable() {
        Set<String> keys = new HashSet<>();
        SettingsTree.eachLeaf(new SettingsTree().root(), "", (key, value) -> keys.add(key));

        assertThat(SettingVariables.keys()).hasSameSizeAs(keys).hasSizeGreaterThan(100);
    }

    @Test
    void thePageOfSettingsHasEachSettingWithItsVariable() throws IOException {
        String page = Files.readString(Path.of("docs/settings.md"));

        assertThat(SettingVariables.keys()).allSatisfy((variable, key) -> {
            if (!key.equals("catalogs")) {
                assertThat(page).containsPattern("\\| `" + key + "` \\| `[^|]+` \\| `" + variable + "` \\| .");
            }
        });
        SettingsTree.catalog()
                .properties()
                .forEach(entry -> assertThat(page).contains("| `catalogs.NAME." + entry.getKey() + "` | "));
    }

    @Test
    void aVariableOverridesTheFileAndTheCommandLineTheVariable() throws IOException {
        Files.writeString(home.resolve("nerium.yaml"), "http: {port: 1, max-body: 2MiB}\nsandbox: {max-running: 3}\n");
        Map<String, String> environment = Map.of(
                "NERIUM_HTTP_PORT", "10",
                "NERIUM_HTTP_MAX_BODY", "20MiB",
                "NERIUM_SANDBOX_TIMEOUT", "7m",
                "NERIUM_SANDBOX_POOL_SIZES_BY_VCPUS_8", "2",
                "NERIUM_METRICS_ALLOW_ANONYMOUS", "true");

        NeriumConfig config = NeriumConfig.load(home, Map.of("http.port", "100"), environment);

        assertThat(config.http().port()).isEqualTo(100);
        assertThat(config.http().maxBody()).isEqualTo(ByteSize.parse("20MiB"));
        assertThat(config.sandbox().maxRunning()).isEqualTo(3);
        assertThat(config.sandbox().timeout()).isEqualTo(Duration.ofMinutes(7));
        assertThat(config.sandbox().pool().sizesByVcpus()).containsEntry(8, 2).containsEntry(16, 0);
        assertThat(config.metrics().allowAnonymous()).isTrue();
    }

    @Test
    void anEmptyVariableSetsNothing() {
        NeriumConfig config = NeriumConfig.load(home, Map.of(), Map.of("NERIUM_HTTP_PORT", "", "NERIUM_PORT", ""));

        assertThat(config.http().port()).isEqualTo(8642);
    }

    @Test
    void aListHasCommasOrBrackets() {
        assertThat(locations("/a, /b")).containsExactly("/a", "/b");
        assertThat(locations("/a")).containsExactly("/a");
        assertThat(locations("[\"/a,b\", /c]")).containsExactly("/a,b", "/c");
    }

    @Test
    void aMapAddsToThatOfTheFile() throws IOException {
        Files.writeString(home.resolve("nerium.yaml"), "oidc: {scope-of-groups: {a: read, b: read}}");

        NeriumConfig config =
                NeriumConfig.load(home, Map.of(), Map.of("NERIUM_OIDC_SCOPE_OF_GROUPS", "{b: admin, c: write}"));

        assertThat(config.oidc().scopeOfGroups())
                .containsOnly(Map.entry("a", "read"), Map.entry("b", "admin"), Map.entry("c", "write"));
    }

    @Test
    void aCatalogHasAVariableForEachOfItsSettings() throws IOException {
        Files.writeString(home.resolve("nerium.yaml"), "catalogs: {My-Lake: {type: jdbc, uri: 'jdbc:sqlite:x'}}");

        NeriumConfig config = NeriumConfig.load(
                home,
                Map.of(),
                Map.of(
                        "NERIUM_CATALOGS", "{glue: {type: glue}}",
                        "NERIUM_CATALOGS_MY_LAKE_URI", "jdbc:sqlite:y",
                        "NERIUM_CATALOGS_SALES_TYPE", "rest",
                        "NERIUM_CATALOGS_SALES_OAUTH2_URI", "https://login",
                        "NERIUM_CATALOGS_SALES_PROPERTIES", "{s3.endpoint: 'http://s3'}",
                        "NERIUM_CATALOG_SALES_TOKEN", "abc"));

        assertThat(config.catalogs()).containsOnlyKeys("My-Lake", "glue", "sales");
        assertThat(catalog(config, "My-Lake").uri()).isEqualTo("jdbc:sqlite:y");
        assertThat(catalog(config, "sales").type()).isEqualTo(CatalogType.REST);
        assertThat(catalog(config, "sales").oauth2Uri()).isEqualTo("https://login");
        assertThat(catalog(config, "sales").properties()).containsOnly(Map.entry("s3.endpoint", "http://s3"));
        assertThat(catalog(config, "sales").token().text()).isEqualTo("abc");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            NERIUM_HTTP_PORT            | many | http.port: 'many' is not a whole number (set by NERIUM_HTTP_PORT)
            NERIUM_PORT                 | many | http.port: 'many' is not a whole number (set by NERIUM_PORT)
            NERIUM_SESSION_LIFETIME     | 1s   | session.lifetime is 1s: it must be between 10s and 30d (set by NERIUM_SESSION_LIFETIME)
            NERIUM_HTTP_PROT            | 1    | the environment: NERIUM_HTTP_PROT is not a setting. Did you mean 'NERIUM_HTTP_PORT'?
            NERIUM_STORE_BUFFER_LIMIT   | 1    | the environment: NERIUM_STORE_BUFFER_LIMIT is not a setting. './nerium config' lists the settings.
            NERIUM_OIDC_SCOPE_OF_GROUPS | read | NERIUM_OIDC_SCOPE_OF_GROUPS can't be read: write it like {name: value, other: value}
            NERIUM_HTTP_PROXIES         | [a   | NERIUM_HTTP_PROXIES can't be read: write it like a,b, or ["a", "b"]
            NERIUM_CATALOGS             | {a: {typ: rest}} | NERIUM_CATALOGS: unknown key 'catalogs.a.typ'. Did you mean 'catalogs.a.type'?
            """)
    void aVariableThatCannotBeUsedIsNamed(String name, String value, String message) {
        assertThatThrownBy(() -> NeriumConfig.load(home, Map.of(), Map.of(name, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @Test
    void aVariableOfACatalogThatIsNoSettingIsRefusedWithTheKeys() {
        assertThatThrownBy(() -> NeriumConfig.load(home, Map.of(), Map.of("NERIUM_CATALOGS_SALES_URL", "x")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("NERIUM_CATALOGS_SALES_URL is not a setting: expected"
                        + " NERIUM_CATALOGS_<NAME>_<KEY> with one of the keys TYPE, URI, ");
    }

    @Test
    void twoPortsAreRefused() {
        assertThatThrownBy(() -> NeriumConfig.load(home, Map.of(), Map.of("NERIUM_PORT", "1", "NERIUM_HTTP_PORT", "2")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("NERIUM_PORT is '1' and NERIUM_HTTP_PORT is '2': both set http.port, so set one of them");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NERIUM_HOME",
                "NERIUM_URL",
                "NERIUM_KEY",
                "NERIUM_DEV_PYTHON",
                "NERIUM_LINEAGE_PYTHON",
                "NERIUM_SPARK_JAVA",
                "NERIUM_SERVICE_HOST",
                "NERIUM_CATALOG_SALES_TOKEN"
            })
    void otherVariablesAreNoSettings(String name) {
        assertThat(NeriumConfig.load(home, Map.of(), Map.of(name, "x")).http().port())
                .isEqualTo(8642);
    }

    private List<String> locations(String value) {
        return NeriumConfig.load(home, Map.of(), Map.of("NERIUM_HTTP_PROXIES", value))
                .http()
                .proxies();
    }

    private static CatalogConfig catalog(NeriumConfig config, String name) {
        return Objects.requireNonNull(config.catalogs().get(name));
    }
}
