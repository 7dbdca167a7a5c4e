package dev.nerium.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.ServerProcess;
import dev.nerium.TestServer;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is left of a server's sandboxes when it is killed, and after its next start. */
@Tag("sandbox")
@Timeout(180)
class KilledSandboxTest {
    private static final String DAEMON = """
            import os, time
            if os.fork() == 0:
                os.setsid()
            print('on')
            time.sleep(600)
            """;

    @Test
    void nothingOutlivesTheServerAndTheNextStartRemovesTheRest() throws Exception {
        Path home = TestServer.newHome();
        String key;
        try (Keys keys = Keys.open(NeriumConfig.load(home, Map.of(), Map.of()))) {
            key = keys.create("test", Scope.ADMIN, Optional.empty()).text();
        }
        List<ProcessHandle> processes;
        long pid;
        try (ServerProcess server = ServerProcess.start(home)) {
            pid = server.handle().pid();
            server.run(key, Map.of("mode", "script", "script", DAEMON), Map.of("Prefer", "respond-async"));
            await().until(() -> server.get(key, "/api/v2/runs?state=RUNNING")
                            .body()
                            .path("runs")
                            .size()
                    == 1);
            // The script, its child, their bubblewrap, and workers that wait.
            await().until(() -> server.handle().descendants().count() >= 6);
            processes = server.handle().descendants().toList();
            assertThat(Footprint.cgroups(pid)).isPositive();
            server.kill();
        }

        await().untilAsserted(() -> assertThat(processes).noneMatch(ProcessHandle::isAlive));
        assertThat(Footprint.jobFolders(home)).isPositive();
        try (ServerProcess server = ServerProcess.start(home)) {
            assertThat(Footprint.cgroups(pid)).isZero();
            await().untilAsserted(() -> assertThat(
                            server.get(key, "/api/v2/runs?mode=script").body().path("runs"))
                    .allMatch(run -> run.path("state").asText().equals("ABORT")));
            await().until(() -> Footprint.jobFolders(home) <= 3);
        }
    }

    @Test
    void aTierLargerThanTheMachineRunsWithWhatThereIsAndSaysSo() {
        int processors = Runtime.getRuntime().availableProcessors();
        try (TestServer server = TestServer.startEmpty(Map.of("sandbox.pool.size", "0"))) {
            var reply =
                    server.script("result = pl.DataFrame({'threads': [pl.thread_pool_size()]})", Map.of("vcpus", 32));

            int vcpus = reply.json().path("compute").path("vcpus").asInt();
            assertThat(vcpus).isEqualTo(Math.min(32, processors));
            assertThat(reply.rows()).isEqualTo("[[" + vcpus + "]]");
            assertThat(reply.json().path("compute").path("memory_bytes").asLong())
                    .isLessThanOrEqualTo(64L << 30);
        }
    }
}
