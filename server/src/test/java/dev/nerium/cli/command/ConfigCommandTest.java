package dev.nerium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
    @TempDir
    private Path home = Path.of("");

    @Test
    void eachSettingIsPrintedWithItsOrigin() throws IOException {
        Files.writeString(home.resolve("nerium.yaml"), "results: {page-rows: 5}\nexternal: {locations: [/data]}\n");

        Ran ran = config(Map.of("NERIUM_SANDBOX_TIMEOUT", "7m"), "--port", "99");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out().lines().map(line -> line.strip().replaceAll(" +│ +", " | ")))
                .contains(
                        "setting | value | origin",
                        "http.host | 127.0.0.1 | default",
                        "http.port | 99 | command line",
                        "results.page-rows | 5 | nerium.yaml",
                        "external.locations | [\"/data\"] | nerium.yaml",
                        "sandbox.timeout | 7m | NERIUM_SANDBOX_TIMEOUT",
                        "sandbox.pool.sizes-by-vcpus.4 | 0 | default");
    }

    @Test
    void jsonHasTypedValues() throws IOException {
        Ran ran = config(Map.of("NERIUM_HTTP_PORT", "9000", "NERIUM_LAKE_SAMPLE_TABLE", "false"), "--format", "json");

        JsonNode object = new ObjectMapper().readTree(ran.out());
        assertThat(object.path("home").asText()).isEqualTo(home.toString());
        assertThat(object.path("settings"))
                .contains(new ObjectMapper().readTree("""
                        {"key": "http.port", "origin": "environment", "source": "NERIUM_HTTP_PORT", "value": 9000}
                        """), new ObjectMapper().readTree("""
                        {"key": "lake.sample-table", "origin": "environment", "source": "NERIUM_LAKE_SAMPLE_TABLE", "value": false}
                        """));
    }

    @Test
    void secretsAreHidden() throws IOException {
        Files.writeString(home.resolve("password"), "hunter2");
        Files.writeString(home.resolve("nerium.yaml"), """
                store: {url: "jdbc:postgresql://db/nerium?password=hunter3&ssl=true"}
                catalogs: {sales: {type: rest, uri: "https://me:hunter4@host/", token-file: password}}
                """);

        Ran ran = config(Map.of("NERIUM_POLARS_CLOUD_TOKEN", "hunter5"), "--format", "json");

        assertThat(ran.out())
                .doesNotContain("hunter")
                .contains(
                        "jdbc:postgresql://db/nerium?password=(hidden)&ssl=true",
                        "https://(hidden)@host/",
                        "{\"key\":\"distributed.polars-cloud.token\",\"origin\":\"environment\",\"source\":"
                                + "\"NERIUM_POLARS_CLOUD_TOKEN\",\"value\":\"(hidden)\"}");
    }

    @Test
    void settingsWithWhichNoServerStartsAreRefused() {
        Ran ran = config(Map.of("NERIUM_HTTP_PORT", "many"));

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("http.port: 'many' is not a whole number (set by NERIUM_HTTP_PORT)");
    }

    @Test
    void aCheckListsEachErrorOfAFile() throws IOException {
        Path file = Files.writeString(home.resolve("new.yaml"), """
                http: {port: many, host: 0.0.0.0, tls: {certificate: a.pem}}
                htpp: {port: 1}
                sandbox: {timeouts: 1m, provider: docker, max-running: 3}
                session: {lifetime: 1s}
                store: {password-file: none}
                """);

        // The environment is not part of the file.
        Ran ran = Ran.with(Map.of("NERIUM_HTTP_PORT", "1"), "config", "--check", file.toString());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines())
                .containsExactlyInAnyOrder(
                        "error: http.port: 'many' is not a whole number",
                        "error: http.tls.certificate and http.tls.key belong together: set both, or none",
                        "error: " + file + ": unknown key 'htpp'. Did you mean 'http'?",
                        "error: " + file + ": unknown key 'sandbox.timeouts'. Did you mean 'sandbox.timeout'?",
                        "error: sandbox.provider: 'docker' is not one of bubblewrap, gvisor, daytona, none",
                        "error: session.lifetime is 1s: it must be between 10s and 30d");
    }

    @Test
    void aCheckOfACorrectFileSucceeds() throws IOException {
        Path file = Files.writeString(home.resolve("new.yaml"), "http: {port: 1}\nsandbox: {timeout: 1m}\n");

        Ran text = Ran.with(Map.of(), "config", "--check", file.toString());
        Ran json = Ran.with(Map.of(), "config", "--check", file.toString(), "--format", "json");

        assertThat(text.exit()).isZero();
        assertThat(text.out()).isEqualTo(file + " is correct; its settings: 2\n");
        assertThat(json.exit()).isZero();
        assertThat(json.out()).isEqualTo("{\"file\":\"" + file + "\",\"settings\":2,\"problems\":[]}\n");
    }

    @Test
    void aFileThatIsMissingOrNoYamlIsAnError() throws IOException {
        Path broken = Files.writeString(home.resolve("broken.yaml"), "http: {port");

        assertThat(Ran.with(Map.of(), "config", "--check", broken.toString()).err())
                .contains(broken + " can't be read: ");
        Ran missing =
                Ran.with(Map.of(), "config", "--check", home.resolve("none").toString());
        assertThat(missing.exit()).isEqualTo(1);
        assertThat(missing.err()).contains("is not a file: expected a file like nerium.yaml.");
    }

    private Ran config(Map<String, String> environment, String... options) {
        String[] words = new String[options.length + 3];
        words[0] = "config";
        words[1] = "--home";
        words[2] = home.toString();
        System.arraycopy(options, 0, words, 3, options.length);
        return Ran.with(environment, words);
    }
}
