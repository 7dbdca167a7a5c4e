package dev.nerium.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.ServerProcess;
import dev.nerium.TestServer;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that is killed with SIGKILL: afterwards the record of each run is true. */
@Tag("server")
@Timeout(300)
class KilledServerTest {
    private static final int ROUNDS = 6;

    private final Path home = TestServer.newHome();

    @Test
    void theRecordsSayWhatReallyHappened() throws Exception {
        String key;
        try (Keys keys = Keys.open(NeriumConfig.load(home, Map.of(), Map.of()))) {
            key = keys.create("test", Scope.ADMIN, Optional.empty()).text();
        }
        Map<UUID, String> tables = new HashMap<>();
        RunIds ids = new RunIds(Clock.systemUTC());
        for (int round = 0; round < ROUNDS; round++) {
            try (ServerProcess server = ServerProcess.start(home)) {
                for (int i = 0; i < 4; i++) {
                    UUID id = ids.next();
                    String table = "default.t_" + id.toString().replace('-', '_');
                    tables.put(id, table);
                    var _ = CompletableFuture.runAsync(() -> write(server, key, id, table));
                }
                Awaitility.await().until(() -> recorded(server, key) >= tables.size());
                Thread.sleep(ThreadLocalRandom.current().nextInt(0, 1500));
                server.kill();
            }
        }

        try (ServerProcess server = ServerProcess.start(home)) {
            for (Map.Entry<UUID, String> run : tables.entrySet()) {
                // One that had not begun does so now.
                Awaitility.await().until(() -> isOver(server, key, run.getKey()));
                var record = server.get(key, "/api/v2/runs/" + run.getKey()).body();
                var rows = server.run(
                        key, Map.of("mode", "query", "query", "select count(*) as n from t", "tables", new String[] {
                            "t=" + run.getValue()
                        }));
                boolean written = rows.status() == 200
                        && rows.body()
                                        .path("results")
                                        .path("rows")
                                        .path(0)
                                        .path(0)
                                        .asInt()
                                == 3;
                assertThat(record.path("state").asText())
                        .as("the run %s, which %s rows", run.getKey(), written ? "wrote" : "left no")
                        .isEqualTo(written ? "COMPLETE" : "ABORT");
                if (written) {
                    assertThat(record.path("row_count").asInt()).isEqualTo(3);
                    assertThat(record.path("output").path("snapshot_id").asLong())
                            .isNotZero();
                }
            }
        }
    }

    private static boolean isOver(ServerProcess server, String key, UUID run) throws IOException, InterruptedException {
        String state =
                server.get(key, "/api/v2/runs/" + run).body().path("state").asText();
        return RunState.valueOf(state).ended();
    }

    private static int recorded(ServerProcess server, String key) throws IOException, InterruptedException {
        return server.get(key, "/api/v2/runs?mode=script&limit=500")
                .body()
                .path("runs")
                .size();
    }

    private static void write(ServerProcess server, String key, UUID id, String table) {
        try {
            server.run(
                    key,
                    Map.of("mode", "script", "script", "result = pl.LazyFrame({'n': [1, 2, 3]})", "destination", table),
                    Map.of("X-Nerium-Run-Id", id.toString(), "Prefer", "respond-async"));
        } catch (IOException | InterruptedException e) {
            // The server was killed before it answered.
            assertThat(e).isNotNull();
        }
    }
}
