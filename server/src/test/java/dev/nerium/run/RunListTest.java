package dev.nerium.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The list of runs: filters, pages, and what one shows. */
@Tag("server")
class RunListTest {
    private static final List<String> IDS = new ArrayList<>();
    private static TestServer server;
    private static String failed;
    private static String written;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        for (int i = 0; i < 5; i++) {
            IDS.add(id(server.query("select %d as n from f limit 1".formatted(i), "f=default.flowers")));
        }
        failed = id(server.script("1 / 0"));
        written = id(server.script("result = scan('default.flowers')", Map.of("destination", "default.listed")));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theNewestRunsComeFirst() {
        List<String> ids = ids(server.get("/api/v2/runs?mode=query").json());

        assertThat(ids).containsExactlyElementsOf(IDS.reversed());
    }

    @Test
    void pagesFollowEachOther() {
        List<String> seen = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = server.get("/api/v2/runs?mode=query&limit=2" + next).json();
            seen.addAll(ids(page));
            next = page.path("next").isNull()
                    ? ""
                    : "&after=" + page.path("next").asText();
        } while (!next.isEmpty());

        assertThat(seen).containsExactlyElementsOf(IDS.reversed());
    }

    @Test
    void runsAreFoundByStateDestinationKeyAndTime() {
        assertThat(ids(server.get("/api/v2/runs?state=fail").json())).containsExactly(failed);
        assertThat(ids(server.get("/api/v2/runs?destination=oleander.default.listed")
                        .json()))
                .containsExactly(written);
        assertThat(ids(server.get("/api/v2/runs?key=nobody").json())).isEmpty();
        assertThat(ids(server.get("/api/v2/runs?since=2999-01-01T00:00:00Z").json()))
                .isEmpty();
        assertThat(ids(server.get("/api/v2/runs?until=2020-01-01T00:00:00Z").json()))
                .isEmpty();
        assertThat(ids(server.get("/api/v2/runs?state=COMPLETE&mode=script&since=2020-01-01T00:00:00Z")
                        .json()))
                .containsExactly(written);
    }

    @Test
    void aRunTellsWhatItWasAndWhatItRead() {
        JsonNode run = server.get("/api/v2/runs/" + written).json();

        assertThat(run.path("code").asText()).isEqualTo("result = scan('default.flowers')");
        assertThat(run.path("code_hash").asText()).hasSize(64);
        assertThat(run.path("key").asText()).isEqualTo("admin");
        assertThat(run.path("provider").asText()).isEqualTo("bubblewrap");
        assertThat(run.path("vcpus").asInt()).isEqualTo(2);
        assertThat(run.path("versions").path("polars").asText()).startsWith("2.");
        assertThat(run.path("versions").has("nerium")).isTrue();
        assertThat(run.path("inputs").path(0).path("table").asText()).isEqualTo("oleander.default.flowers");
        assertThat(run.path("inputs").path(0).path("snapshot_id").asLong()).isNotZero();
        assertThat(run.path("output").path("table").asText()).isEqualTo("oleander.default.listed");
        assertThat(run.path("output").path("rows").asLong()).isEqualTo(150);
        assertThat(run.path("rows_in").asLong()).isEqualTo(150);
        assertThat(run.path("bytes_in").asLong()).isPositive();
        assertThat(run.path("bytes_out").asLong()).isPositive();
        assertThat(run.path("error").isNull()).isTrue();
        if (server.nerium().weaknesses().isEmpty()) {
            assertThat(run.path("cpu_seconds").asDouble()).isPositive();
            assertThat(run.path("peak_memory_bytes").asLong()).isGreaterThan(1 << 20);
        }
    }

    @Test
    void aProfileTellsWhereTheTimeWent() {
        JsonNode profile = server.get("/api/v2/runs/" + written + "/profile").json();

        assertThat(profile.path("phases_ms").properties())
                .extracting(Map.Entry::getKey)
                .contains("resolve", "queue", "plan", "execute", "commit");
        assertThat(profile.path("scans").path(0).path("files").asInt()).isEqualTo(1);
        assertThat(profile.path("scans").path(0).path("files_skipped").asInt()).isZero();
        assertThat(profile.path("rows_out").asLong()).isEqualTo(150);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "state=done | state is 'done': choose QUEUED, RUNNING, COMPLETE, FAIL, ABORT.",
                "limit=0 | limit is '0': expected a number from 1 to 500.",
                "limit=501 | limit is '501': expected a number from 1 to 500.",
                "since=now | since is 'now': expected a time with its zone, such as 2026-11-01T12:00:00Z.",
                "after=x | after is 'x': expected the value of next of the previous page."
            })
    void aFilterThatIsNoneIsRefused(String query, String error) {
        Reply reply = server.get("/api/v2/runs?" + query);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo(error);
    }

    @Test
    void aKeyThatMayReadMayList() {
        String admin = server.key();
        try {
            server.useKey("lister", Scope.READ);
            assertThat(server.get("/api/v2/runs").status()).isEqualTo(200);
        } finally {
            server.useKey(admin);
        }
    }

    private static String id(Reply reply) {
        return reply.json().path("run_id").asText();
    }

    private static List<String> ids(JsonNode page) {
        return StreamSupport.stream(page.path("runs").spliterator(), false)
                .map(run -> run.path("id").asText())
                .toList();
    }
}
