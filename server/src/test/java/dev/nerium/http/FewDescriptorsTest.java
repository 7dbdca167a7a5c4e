package dev.nerium.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.Command;
import dev.nerium.ServerProcess;
import dev.nerium.TestServer;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that may open few files: connections leave it enough of them, and without any it ends, for a supervisor to see. */
@Tag("server")
@Timeout(300)
class FewDescriptorsTest {
    private static final int FEW = 600;

    @Test
    void aFloodOfConnectionsLeavesTheServerFilesToWorkWith() throws Exception {
        Path home = TestServer.newHome();
        Files.writeString(
                home.resolve("nerium.yaml"), "sandbox:\n  max-open-files: 256\nhttp:\n  header-timeout: 1s\n");
        String key = key(home);
        List<RawClient> flood = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start(home, List.of("prlimit", "--nofile=" + FEW))) {
            for (int i = 0; i < FEW; i++) {
                flood.add(new RawClient(server.url(), "127.0.0." + (2 + i % 40)));
            }

            await().atMost(Duration.ofMinutes(2))
                    .pollDelay(Duration.ZERO)
                    .ignoreExceptions()
                    .until(() -> server.run(
                                            key,
                                            Map.of(
                                                    "mode",
                                                    "query",
                                                    "query",
                                                    "select 1 as one from f limit 1",
                                                    "tables",
                                                    List.of("f=default.flowers")))
                                    .status()
                            == 200);
            assertThat(Files.readString(home.resolve("stderr.log")))
                    .contains("was refused: the limit http.max-connections (");
        } finally {
            for (RawClient client : flood) {
                client.close();
            }
        }
    }

    @Test
    void aServerThatCanNoLongerListenEndsWithAFailure() throws Exception {
        Path home = TestServer.newHome();
        try (ServerProcess server = ServerProcess.start(home)) {
            assertThat(Command.run(
                            "prlimit", "--pid", String.valueOf(server.handle().pid()), "--nofile=1:1"))
                    .isZero();
            try (RawClient client = new RawClient(server.url())) {
                assertThat(client.isEnded()).isTrue();
            } catch (IOException refused) {
                // Or so.
            }

            assertThat(server.exit(Duration.ofMinutes(2))).isEqualTo(1);
            assertThat(Files.readString(home.resolve("stderr.log")))
                    .contains("is no longer listened on", "error: The server no longer listens");
        }
    }

    private static String key(Path home) {
        try (Keys keys = Keys.open(NeriumConfig.load(home, Map.of(), System.getenv()))) {
            return keys.create("flood", Scope.READ, Optional.empty()).text();
        }
    }
}
