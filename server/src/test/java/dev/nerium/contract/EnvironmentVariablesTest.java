package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import dev.nerium.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Environment variables: their names, their values, and what is left of them on the disk. */
@Tag("server")
class EnvironmentVariablesTest {
    private static final String PATH = "/api/v1/environment-variables";
    private static final String VALUE = "zq-hidden-value-7";

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.startIdle(Map.of());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aValueIsStoredUnderTheUpperCaseNameAndSurvivesARestart() {
        JsonNode made = set("Api_Token", VALUE).json();

        server.restart();

        JsonNode found = server.get(PATH + "/" + made.path("id").asText()).json();
        assertThat(found).isEqualTo(made);
        assertThat(found.path("name").asText()).isEqualTo("API_TOKEN");
        assertThat(found.path("value").asText()).isEqualTo(VALUE);
        assertThat(server.get(PATH).json().path("environment_variables")).containsExactly(found);
    }

    @Test
    void settingANameAgainReplacesTheValueOnly() {
        JsonNode first = set("TOKEN", "one").json();
        JsonNode second = set("token", "two").json();

        assertThat(second.path("id")).isEqualTo(first.path("id"));
        assertThat(second.path("created_at")).isEqualTo(first.path("created_at"));
        assertThat(second.path("value").asText()).isEqualTo("two");
        assertThat(server.get(PATH).json().path("environment_variables")).hasSize(1);
    }

    @Test
    void aDeletedVariableIsGone() {
        String one = PATH + "/" + set("TOKEN", VALUE).json().path("id").asText();

        assertThat(server.delete(one).status()).isEqualTo(200);

        assertThat(server.get(PATH).text()).isEqualTo("{\"environment_variables\":[]}");
        for (Reply reply : new Reply[] {server.get(one), server.delete(one)}) {
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.json().path("code").asText()).isEqualTo("VARIABLE_NOT_FOUND");
            assertThat(reply.error()).startsWith("There is no environment variable with the id '");
        }
    }

    @Test
    void valuesWithAnyCharactersComeBack() {
        String value = "ä€😀 \"quoted\" \\ \n\t=';--";

        set("TOKEN", value);

        assertThat(server.get(PATH).json().at("/environment_variables/0/value").asText())
                .isEqualTo(value);
    }

    @Test
    void onlyAdminsReadAndChangeThem() {
        String id = set("TOKEN", VALUE).json().path("id").asText();
        server.useKey("writer", Scope.WRITE);

        for (Reply reply : new Reply[] {
            server.get(PATH), set("TOKEN", "other"), server.get(PATH + "/" + id), server.delete(PATH + "/" + id)
        }) {
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.error()).contains("'writer'", "scope write", "needs admin");
            assertThat(reply.text()).doesNotContain(VALUE);
        }
    }

    @Test
    void wrongNamesAndValuesAreRefusedAndNotQuoted() {
        assertThat(set("1A", VALUE).error())
                .isEqualTo(
                        "name is '1A': expected 1 to 255 letters, digits and underscores, the first of which is not a digit.");
        assertThat(set("A-B", VALUE).status()).isEqualTo(400);
        assertThat(set("A".repeat(256), VALUE).status()).isEqualTo(400);
        assertThat(set("A", " ").error()).isEqualTo("value is empty or has a null character: expected a text.");
        assertThat(set("A", VALUE.repeat(2000)).error()).isEqualTo("value has 34000 bytes: expected at most 32768.");
        assertThat(server.post(PATH, "{\"name\": \"A\", \"value\": [\"" + VALUE + "\"]}")
                        .text())
                .contains("value is missing or no text")
                .doesNotContain(VALUE);
        assertThat(server.get(PATH).text()).isEqualTo("{\"environment_variables\":[]}");
    }

    @Test
    void noFileOfTheHomeHasAValueInClear() throws IOException {
        set("TOKEN", VALUE);
        server.nerium().close();

        try (Stream<Path> files = Files.walk(server.home())) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .noneMatch(file -> text(file).contains(VALUE));
        }
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(server.home().resolve("variables.key"))))
                .isEqualTo("rw-------");
        server.restart();
    }

    @Test
    void twoVariablesMayHaveTheSameValue() {
        set("A", VALUE);
        set("B", VALUE);

        assertThat(server.get(PATH).json().path("environment_variables"))
                .extracting(one -> one.path("value").asText())
                .containsExactly(VALUE, VALUE);
    }

    @Test
    void aLostKeyIsReportedAndTheVariableCanBeSetAgain() throws IOException {
        set("TOKEN", VALUE);
        Files.delete(server.home().resolve("variables.key"));
        server.restart();

        Reply reply = server.get(PATH);

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.error())
                .contains("TOKEN can't be decrypted: it was encrypted with another key", "store.encryption-key-file");
        assertThat(set("TOKEN", "new").status()).isEqualTo(200);
        assertThat(server.get(PATH).json().at("/environment_variables/0/value").asText())
                .isEqualTo("new");
    }

    @Test
    void theKeyMayBeAnotherFile() throws IOException {
        Path home = TestServer.newHome();
        Path file = Files.writeString(home.resolve("other.key"), "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n");
        Map<String, String> settings = Map.of(
                "store.encryption-key-file", file.toString(), "lake.sample-table", "false", "sandbox.pool.size", "0");
        try (TestServer other = TestServer.start(home, settings)) {
            assertThat(other.post(PATH, "{\"name\": \"A\", \"value\": \"b\"}").status())
                    .isEqualTo(200);
            assertThat(home.resolve("variables.key")).doesNotExist();
        }
    }

    @Test
    void aFileWithoutAKeyStopsTheStartAndIsNotQuoted(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("broken.key"), "c2hvcnQ=");
        Map<String, String> settings = Map.of("store.encryption-key-file", file.toString());
        Path home = TestServer.newHome();

        assertThatThrownBy(() -> TestServer.start(home, settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("broken.key has no key: expected 32 random bytes in base64")
                .hasMessageNotContaining("c2hvcnQ");
    }

    private Reply set(String name, String value) {
        JsonNode body = new ObjectMapper().valueToTree(Map.of("name", name, "value", value));
        return server.post(PATH, body.toString());
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
