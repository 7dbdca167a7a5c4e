package dev.nerium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.cli.FakeServer;
import dev.nerium.cli.Ran;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeysCommandTest {
    @TempDir
    private Path home = Path.of("");

    @Test
    void printsANewKeyAlone() {
        Ran ran = keys("create", "reports", "--scope", "read");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).matches("nrm_[0-9a-f]+_[0-9a-f]+\n");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void listsAndRevokes() {
        keys("create", "reports", "--scope", "read", "--lifetime", "30d");
        keys("create", "me", "--scope", "ADMIN");

        assertThat(keys("list").out()).containsPattern("reports +│ read +│ .*Z │ .*Z\n me +│ admin │ .* │ never\n");
        assertThat(keys("revoke", "me").exit()).isZero();
        assertThat(keys("list").out()).doesNotContain(" me ");
    }

    @Test
    void setsTheGroupsOfAKey() {
        keys("create", "reports", "--scope", "read", "--group", "finance", "--group", "analysts");
        assertThat(keys("list").out()).containsPattern("reports +│ read +│ analysts finance │ ");

        assertThat(keys("groups", "reports", "sales").err()).isEqualTo("groups of reports: sales\n");
        assertThat(keys("list").out()).containsPattern("reports +│ read +│ sales +│ ");
        assertThat(keys("groups", "reports").err()).isEqualTo("groups of reports: none\n");
        assertThat(keys("list").out()).doesNotContain("sales");
        assertThat(keys("groups", "reports", "a b").err())
                .contains("groups has the name 'a b': expected 1 to 64 letters, digits, dots, dashes or underscores.");
        assertThat(keys("groups", "report", "a").err()).contains("Did you mean 'reports'?");
    }

    @Test
    void tellsWhatIsWrong() {
        assertThat(keys("list").err()).contains("error: there are no keys in " + home);
        assertThat(keys("create", "x").exit()).isEqualTo(2);
        assertThat(keys("create", "x", "--scope", "all").err())
                .contains("--scope")
                .contains("'all'");
        assertThat(keys("create", "x", "--scope", "read", "--lifetime", "soon").err())
                .contains("the lifetime is 'soon': expected one like 500ms, 90s, 45m, 12h or 30d");
        assertThat(keys("create", "x", "--scope", "read", "--lifetime", "0d").err())
                .contains("the lifetime is '0d'");
        keys("create", "reports", "--scope", "read");
        assertThat(keys("revoke", "report").err()).contains("'report'").contains("Did you mean 'reports'?");
    }

    @Test
    void rotatesAndTheTextIsPrintedAlone() {
        String old = keys("create", "reports", "--scope", "read").out();

        Ran ran = keys("rotate", "reports", "--grace", "1h");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).matches("nrm_[0-9a-f]+_[0-9a-f]+\n").isNotEqualTo(old);
        assertThat(keys("rotate", "reports", "--grace", "later").err())
                .contains("the grace is 'later': expected one like 500ms");
        assertThat(keys("rotate", "none").err()).contains("There is no key named 'none'.");
    }

    @Test
    void withAUrlTheKeysAreThoseOfThatServer() {
        String key = """
                {"id": "0123456789abcdef", "name": "reports", "scope": "read", "groups": ["finance"], "created_at": "2026-11-30T10:00:00Z", "expires_at": null,
                 "revoked_at": null, "rotated_at": null, "former_secret_expires_at": null, "key": "nrm_text"}""";
        try (FakeServer server = FakeServer.answering(
                200,
                key,
                key,
                key,
                key,
                key,
                "{\"keys\": [%s], \"next\": \"x\"}".formatted(key),
                "{\"keys\": [], \"next\": null}")) {
            String[] at = {"--url", server.url(), "--key", "nrm_admin"};

            assertThat(keys(at, "create", "reports", "--scope", "read", "--lifetime", "30d")
                            .out())
                    .isEqualTo("nrm_text\n");
            keys(at, "create", "grouped", "--scope", "read", "--group", "finance");
            assertThat(keys(at, "groups", "reports", "finance", "analysts").err())
                    .isEqualTo("groups of reports: analysts, finance\n");
            assertThat(keys(at, "rotate", "reports", "--grace", "1h").out()).isEqualTo("nrm_text\n");
            assertThat(keys(at, "revoke", "a b").err()).isEqualTo("revoked a b\n");
            assertThat(keys(at, "list").out()).contains("reports", "finance", "2026-11-30T10:00:00Z", "never");

            assertThat(server.asked())
                    .extracting(asked -> asked.method() + " " + asked.path() + " " + asked.body())
                    .containsExactly(
                            "POST /api/v2/keys {\"name\":\"reports\",\"scope\":\"read\",\"lifetime\":\"30d\"}",
                            "POST /api/v2/keys {\"name\":\"grouped\",\"scope\":\"read\",\"groups\":[\"finance\"]}",
                            "PUT /api/v2/keys/reports/groups {\"groups\":[\"analysts\",\"finance\"]}",
                            "POST /api/v2/keys/reports/rotate {\"grace\":\"1h\"}",
                            "DELETE /api/v2/keys/a%20b ",
                            "GET /api/v2/keys ",
                            "GET /api/v2/keys ");
            assertThat(server.asked())
                    .allMatch(asked -> asked.header("Authorization").equals("Bearer nrm_admin"));
        }
        assertThat(keys("list").err()).contains("there are no keys in " + home);
    }

    @Test
    void aCommandMintsAKeyAndRevokesItAtItsEnd() throws IOException {
        keys("create", "first", "--scope", "read");
        try (FakeServer server = FakeServer.answering(200, "{\"success\": true, \"row_count\": 0}")) {
            server.leaveAddress(home);

            Ran ran = Ran.with(Map.of("NERIUM_HOME", home.toString()), "polars", "SELECT 1");

            assertThat(ran.exit()).isZero();
            assertThat(server.onlyAsked().header("Authorization")).matches("Bearer nrm_.*");
        }
        assertThat(keys("list").out()).contains("first").doesNotContain("cli-");
    }

    private Ran keys(String[] more, String... words) {
        return keys(Stream.of(words, more).flatMap(Stream::of).toArray(String[]::new));
    }

    private Ran keys(String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "keys";
        System.arraycopy(words, 0, all, 1, words.length);
        return Ran.with(Map.of("NERIUM_HOME", home.toString()), all);
    }
}
