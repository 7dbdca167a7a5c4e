package dev.nerium.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.ServerProcess;
import dev.nerium.ServerProcess.Answer;
import dev.nerium.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that are killed with SIGKILL while they start, and before or after they answer. */
@Tag("server")
@Timeout(600)
class KilledAnswersTest {
    private static final int KILLS = 3;

    private final Path home = TestServer.newHome();
    private final Random random = new Random();

    @Test
    void aKillAtAnyMomentLosesNeitherTheFirstKeyNorAWriteNorWritesTwice() throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            Process starting = ServerProcess.launch(home);
            starting.waitFor(random.nextInt(100, 4000), TimeUnit.MILLISECONDS);
            starting.destroyForcibly().waitFor();
        }

        for (int write = 0; write < KILLS; write++) {
            String number = String.valueOf(write);
            try (ServerProcess server = ServerProcess.start(home)) {
                assertAllIsWrittenOnce(server, write);
                assertThat(append(server, "later", number, Map.of("Prefer", "respond-async"))
                                .status())
                        .isEqualTo(202);
                CompletableFuture<Answer> sending =
                        CompletableFuture.supplyAsync(() -> append(server, "now", number, Map.of()));
                // Before, while or after it is written.
                assertThat(sending.completeOnTimeout(null, random.nextInt(50, 1500), TimeUnit.MILLISECONDS))
                        .succeedsWithin(Duration.ofMinutes(1));
                server.kill();
            }
        }
        try (ServerProcess server = ServerProcess.start(home)) {
            assertAllIsWrittenOnce(server, KILLS);
        }

        assertThat(Files.readString(ServerProcess.errors(home))).doesNotContain("\tat ");
    }

    private void assertAllIsWrittenOnce(ServerProcess server, int writes) throws IOException, InterruptedException {
        for (String table : writes == 0 ? List.<String>of() : List.of("later", "now")) {
            Answer again = append(server, table, String.valueOf(writes - 1), Map.of());
            assertThat(again.status()).as(again.body().toString()).isEqualTo(200);
            assertThat(again.body().at("/saved/rows_written").asInt()).isEqualTo(1);
            Answer count = server.run(
                    key(),
                    Map.of(
                            "mode",
                            "query",
                            "query",
                            "select count(*) as n from t",
                            "tables",
                            List.of("t=default." + table)));
            assertThat(count.body().at("/results/rows/0/0").asInt()).as(table).isEqualTo(writes);
        }
    }

    private Answer append(ServerProcess server, String table, String number, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Idempotency-Key", table + number);
        try {
            return server.run(
                    key(),
                    Map.of(
                            "mode",
                            "query",
                            "query",
                            "select '" + number + "' as x from f limit 1",
                            "tables",
                            List.of("f=default.flowers"),
                            "destination",
                            "default." + table,
                            "saveMode",
                            "append"),
                    all);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("killed", e);
        }
    }

    private String key() throws IOException {
        return Files.readString(home.resolve("first-key")).strip();
    }
}
