package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.ServerProcess;
import dev.nerium.ServerProcess.Answer;
import dev.nerium.TestServer;
import dev.nerium.config.NeriumConfig;
import dev.nerium.server.Nerium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A server that is killed again and again while a client writes, and has a table compacted and its snapshots expired. The client holds what it was told against what it finds: an
 * answered write is there, the one that was not answered is there as a whole or not at all.
 */
@Tag("server")
class KillTest {
    private static final int KILLS = 6;
    /** What kills leave of its maintenance, unlike what they leave of writes, waits for the removal of orphans. */
    private static final String MAINTAINED = "appended";

    private static final Maintenance COMPACTION = new Maintenance("compact", "{'minInputFiles': 2}");
    private static final Maintenance EXPIRY = new Maintenance("expire", "{'olderThan': '0m', 'retainLast': 1}");
    private static final Maintenance SWEEP = new Maintenance("remove-orphans", "{'olderThan': '0m', 'force': true}");

    private final Path home = TestServer.newHome();
    private final String key = key();
    private final Set<Long> appended = new TreeSet<>();
    private long replaced;
    private final Set<Long> made = new HashSet<>();
    private Optional<Write> unanswered = Optional.empty();
    private long next = 1;

    /** One write: a row with a number of its own, so that each is told from all others. */
    private record Write(Kind kind, long number) {
        String table() {
            return kind == Kind.CREATE ? "made" + number : kind == Kind.APPEND ? MAINTAINED : "replaced";
        }

        Map<String, Object> workload() {
            return Map.of(
                    "mode",
                    "query",
                    "query",
                    "SELECT CAST(" + number + " AS BIGINT) AS x FROM f LIMIT 1",
                    "tables",
                    List.of("f=default.flowers"),
                    "destination",
                    "default." + table(),
                    "saveMode",
                    kind == Kind.APPEND ? "append" : "overwrite");
        }
    }

    private enum Kind {
        APPEND,
        OVERWRITE,
        CREATE
    }

    @Test
    void losesNoWriteAndShowsNoHalf() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("KillTest's seed: " + seed);
        Random random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            try (ServerProcess server = ServerProcess.start(home)) {
                verify(server);
                CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> writeUntilKilled(server));
                long answered = next + 1 + random.nextInt(4);
                await().until(() -> next > answered || writing.isDone());
                // Somewhere in the middle of a write.
                Thread.sleep(random.nextInt(120));
                server.kill();
                writing.join();
            }
            assertThat(workers()).as("processes after kill %d", kill).isEmpty();
        }
        try (ServerProcess server = ServerProcess.start(home)) {
            verify(server);
        }
        assertThat(appended.size() + made.size()).as("answered writes").isGreaterThan(KILLS);
    }

    private void writeUntilKilled(ServerProcess server) {
        while (true) {
            Write write = new Write(Kind.values()[(int) (next % 3)], next);
            unanswered = Optional.of(write);
            try {
                Answer answer = server.run(key, write.workload());
                assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
            } catch (IOException | InterruptedException killed) {
                return;
            }
            landed(write);
            unanswered = Optional.empty();
            next++;
            if (next % 2 == 0 && !maintain(server, next % 4 == 0 ? COMPACTION : EXPIRY)) {
                return;
            }
        }
    }

    /** An action on a table and the body that it takes. */
    private record Maintenance(String action, String body) {
        Answer of(String table, ServerProcess server, String key) throws IOException, InterruptedException {
            return server.post(
                    key, "/api/v2/catalogs/oleander/namespaces/default/tables/" + table + "/" + action, body);
        }
    }

    /** @return whether the server lives */
    private boolean maintain(ServerProcess server, Maintenance maintenance) {
        if (appended.isEmpty()) {
            return true;
        }
        try {
            Answer answer = maintenance.of(MAINTAINED, server, key);
            assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
            return true;
        } catch (IOException | InterruptedException killed) {
            return false;
        }
    }

    private void landed(Write write) {
        switch (write.kind()) {
            case APPEND -> appended.add(write.number());
            case OVERWRITE -> replaced = write.number();
            case CREATE -> made.add(write.number());
        }
    }

    private void verify(ServerProcess server) throws Exception {
        if (unanswered.isPresent()) {
            Write write = unanswered.get();
            if (rows(server, write.table()).contains(write.number())) {
                landed(write);
            }
            unanswered = Optional.empty();
            next++;
        }
        assertThat(rows(server, MAINTAINED)).containsExactlyElementsOf(appended);
        assertThat(rows(server, "replaced")).isEqualTo(replaced == 0 ? List.of() : List.of(replaced));
        for (long number : made) {
            assertThat(rows(server, "made" + number)).containsExactly(number);
        }
        if (!appended.isEmpty()) {
            Answer swept = SWEEP.of(MAINTAINED, server, key);
            assertThat(swept.status()).as(swept.body().toString()).isEqualTo(200);
            assertThat(rows(server, MAINTAINED)).containsExactlyElementsOf(appended);
        }
        for (String table : tables()) {
            assertThat(TestLake.orphans(home, table)).as(table).isEmpty();
        }
        // The server commits to its own tables meanwhile: only what a kill left behind would stay.
        await().untilAsserted(
                        () -> assertThat(TestLake.journal(home).unsettled()).isEmpty());
    }

    private List<Long> rows(ServerProcess server, String table) throws Exception {
        Answer answer = server.run(
                key,
                Map.of(
                        "mode",
                        "query",
                        "query",
                        "SELECT x FROM t ORDER BY x",
                        "tables",
                        List.of("t=default." + table)));
        if (answer.status() == 400) {
            assertThat(answer.body().path("code").asText()).isEqualTo("UNKNOWN_TABLE");
            return List.of();
        }
        List<Long> rows = new ArrayList<>();
        for (JsonNode row : answer.body().path("results").path("rows")) {
            rows.add(row.path(0).asLong());
        }
        return rows;
    }

    /** Every folder of the warehouse, also of a table that was never made. */
    private List<String> tables() throws IOException {
        try (Stream<Path> folders =
                Files.list(home.resolve("lake").resolve("warehouse").resolve("default"))) {
            return folders.map(folder -> folder.getFileName().toString()).toList();
        }
    }

    /** Workers and their sandboxes go with the server; the kernel needs a moment. */
    private List<String> workers() {
        List<String> found = new ArrayList<>();
        await().until(() -> {
            found.clear();
            ProcessHandle.allProcesses()
                    .map(process -> process.info().commandLine().orElse(""))
                    .filter(command -> command.contains(home.toString()))
                    .forEach(found::add);
            return found.isEmpty();
        });
        return found;
    }

    private String key() {
        try (Nerium nerium = Nerium.start(NeriumConfig.load(home, Map.of("http.port", "0"), System.getenv()))) {
            return nerium.firstKey().orElseThrow().text();
        }
    }
}
