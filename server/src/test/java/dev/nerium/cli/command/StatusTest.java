package dev.nerium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.auth.Scope;
import dev.nerium.cli.Ran;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a server does now, by HTTP and on the command line. */
@Tag("server")
final class StatusTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void showsTheServerAndWhatRuns() {
        String run = Ran.script(environment(server.key()), "import time\nprint('on')\ntime.sleep(300)\n", "--detach")
                .out()
                .strip();
        awaitOutput(run);

        Ran status = Ran.with(environment(server.key()), "status");
        JsonNode json = server.get("/api/v2/status").json();
        Ran.with(environment(server.key()), "runs", "cancel", run);

        assertThat(status.exit()).as(status.err()).isZero();
        assertThat(status.out())
                .containsPattern("(?m)^ runs +│ 1 running, 0 queued$")
                .containsPattern("(?m)^ workers +│ 1 busy, \\d+ new, \\d+ reusable$")
                .containsPattern("(?m)^ disk +│ [\\d.]+ ?[KMGT]?i?B free of [\\d.]+ ?[KMGT]?i?B$")
                .contains(" " + run + " │ RUNNING │ script │ ");
        assertThat(json.at("/disk/free_bytes").asLong())
                .isPositive()
                .isLessThanOrEqualTo(json.at("/disk/total_bytes").asLong());
        assertThat(json.at("/disk/data_bytes").asLong()).isPositive();
        assertThat(json.path("version").asText()).isNotEmpty();
        assertThat(json.path("started_at").asText()).endsWith("Z");
    }

    @Test
    void countsTheBytesOfResults() {
        long before =
                server.get("/api/v2/status").json().at("/disk/results_bytes").asLong();
        String run = Ran.script(
                        environment(server.key()), "result = pl.DataFrame({'t': ['x' * 1_000_000]})", "--detach")
                .out()
                .strip();
        Ran.with(environment(server.key()), "runs", "logs", run, "--follow");

        assertThat(server.get("/api/v2/status").json().at("/disk/results_bytes").asLong())
                .isGreaterThan(before + 1_000_000);
    }

    @Test
    void isForAdminsOnly() {
        String key = server.nerium()
                .keys()
                .create("writer", Scope.WRITE, Optional.empty())
                .text();

        Ran refused = Ran.with(environment(key), "status");

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("reading the status of the server needs admin");
    }

    private static void awaitOutput(String run) {
        while (server.get("/api/v2/runs/" + run + "/logs").text().isEmpty()) {
            Thread.onSpinWait();
        }
    }

    private static Map<String, String> environment(String key) {
        return Map.of("NERIUM_URL", server.url().toString(), "NERIUM_KEY", key);
    }
}
