package dev.nerium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.auth.Scope;
import dev.nerium.cli.Ran;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code nerium quotas} and {@code nerium usage} on a real server. */
@Tag("server")
class QuotasCommandTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        String admin = server.key();
        server.useKey("reports", Scope.READ);
        server.run("{'mode': 'query', 'query': 'SELECT 1 AS one'}");
        server.useKey(admin);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void setsListsAndDropsQuotas() {
        assertThat(ran("quotas", "set", "key", "reports", "--concurrent-runs", "4", "--bytes-read-per-day", "50GiB")
                        .err())
                .isEqualTo("set the quota of the key reports\n");
        assertThat(ran("quotas", "set", "default", "--result-rows", "100").exit())
                .isZero();
        assertThat(ran("quotas", "set", "group", "analysts", "--stored-bytes", "1MiB")
                        .exit())
                .isZero();

        assertThat(ran("quotas", "list").out().lines().map(String::strip))
                .containsExactly(
                        "kind    │ name     │ limit              │ value",
                        "─────────┼──────────┼────────────────────┼────────",
                        "default │          │ result_rows        │ 100",
                        "group   │ analysts │ stored_bytes       │ 1 MiB",
                        "key     │ reports  │ concurrent_runs    │ 4",
                        "key     │ reports  │ bytes_read_per_day │ 50 GiB");
        assertThat(ran("quotas", "list", "--format", "json").out()).contains("\"bytes_read_per_day\":53687091200");
        assertThat(ran("quotas", "drop", "group", "analysts").err())
                .isEqualTo("dropped the quota of the group analysts\n");
        assertThat(ran("quotas", "drop", "group", "analysts").err()).contains("There is no quota of the group");
        ran("quotas", "drop", "key", "reports");
        ran("quotas", "drop", "default");
    }

    @Test
    void saysWhatIsWrong() {
        assertThat(ran("quotas", "set", "--concurrent-runs", "4").exit()).isEqualTo(2);
        assertThat(ran("quotas", "set", "default", "reports", "--result-rows", "1")
                        .err())
                .contains("the default has no name, and 'reports' was given");
        assertThat(ran("quotas", "drop", "group").err()).contains("the name of the group is missing");
        assertThat(ran("quotas", "set", "default", "--stored-bytes", "much").err())
                .contains("--stored-bytes is 'much': expected a size such as 512MiB or 50GiB");
        assertThat(ran("quotas", "set", "default").err()).contains("The body has no limit");
        assertThat(ran("quotas", "set", "default", "--result-rows", "-1").err()).contains("result_rows is -1");
        assertThat(ran("quotas", "set", "key", "nobody", "--result-rows", "1").err())
                .contains("There is no key named 'nobody'.");
        assertThat(ran("usage", "--since", "yesterday").err()).contains("since is 'yesterday'");
    }

    @Test
    void showsTheUsageOfAKey() {
        assertThat(ran("usage", "reports").out())
                .containsPattern("day +│ key +│ runs │ failed │ seconds")
                .containsPattern("20[0-9-]+ │ reports │ 1 +│ 0 ");
        assertThat(ran("usage", "--until", "2026-01-01", "--format", "json").out())
                .contains("\"usage\":[]");
    }

    private static Ran ran(String... words) {
        return Ran.with(
                Map.of(),
                Stream.concat(Stream.of(words), Stream.of("--url", server.url().toString(), "--key", server.key()))
                        .toArray(String[]::new));
    }
}
