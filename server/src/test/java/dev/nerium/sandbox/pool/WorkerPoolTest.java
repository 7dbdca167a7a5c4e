package dev.nerium.sandbox.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.TestFiles;
import dev.nerium.TestServer;
import dev.nerium.auth.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The workers that wait for work. Each has a folder of its own below the server's home, which names it. */
@Tag("sandbox")
@Timeout(120)
class WorkerPoolTest {
    private static final String SHORT = "result = pl.DataFrame({'a': [1]})";

    @Test
    void replacesAWorkerThatDiesWhileItWaits() throws IOException {
        try (TestServer server = TestServer.start(Map.of("sandbox.pool.size", "1"))) {
            Set<String> first = awaitWorkers(server, 1);

            killWorkers();

            await().until(() -> workers(server).size() == 1 && !workers(server).equals(first));
            assertThat(server.script(SHORT).status()).isEqualTo(200);
        }
    }

    @Test
    void replacesAWorkerThatGrowsOld() throws IOException {
        try (TestServer server = TestServer.start(Map.of("sandbox.pool.size", "1", "sandbox.worker-max-age", "2s"))) {
            Set<String> first = awaitWorkers(server, 1);

            await().until(() -> workers(server).stream().noneMatch(first::contains));
            assertThat(server.script(SHORT).status()).isEqualTo(200);
        }
    }

    @Test
    void keepsWorkersOfALargerTierWhereThatIsConfigured() throws IOException {
        try (TestServer server =
                TestServer.start(Map.of("sandbox.pool.size", "1", "sandbox.pool.sizes-by-vcpus.4", "1"))) {
            Set<String> ready = awaitWorkers(server, 2);

            assertThat(server.script(SHORT, Map.of("vcpus", 4)).status()).isEqualTo(200);

            Set<String> after = awaitWorkers(server, 2);
            assertThat(after).containsAnyElementsOf(ready).isNotEqualTo(ready);
        }
    }

    @Test
    void startsWorkersForABurstThatIsLargerThanThePool() throws IOException {
        try (TestServer server =
                TestServer.start(Map.of("sandbox.pool.size", "1", "sandbox.cpu-oversubscription", "8"))) {
            awaitWorkers(server, 1);

            List<CompletableFuture<Integer>> burst = IntStream.range(0, 8)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> server.script(SHORT).status(), Thread::startVirtualThread))
                    .toList();

            assertThat(burst).allSatisfy(reply -> assertThat(reply.join()).isEqualTo(200));
            awaitWorkers(server, 1);
        }
    }

    @Test
    void givesAUsedWorkerOnlyToItsOwnKey() throws IOException {
        try (TestServer server = TestServer.start(Map.of("sandbox.pool.size", "1"))) {
            query(server);
            // The one that was used, and the one that is ready for others.
            Set<String> mine = awaitWorkers(server, 2);
            query(server);
            query(server);
            assertThat(workers(server)).isEqualTo(mine);

            server.useKey("other", Scope.READ);
            query(server);

            assertThat(awaitWorkers(server, 3)).containsAll(mine);
        }
    }

    @Test
    void keepsAWorkerForEachOfTheKeysThatTakeTurns() throws IOException {
        try (TestServer server = TestServer.start(Map.of("sandbox.pool.size", "1"))) {
            List<String> keys = Stream.of("a", "b", "c")
                    .map(name -> server.useKey(name, Scope.READ))
                    .toList();
            keys.forEach(key -> query(server, key));
            // One of each key, and the one that is ready for others.
            Set<String> first = awaitWorkers(server, 4);

            keys.forEach(key -> query(server, key));

            assertThat(workers(server)).isEqualTo(first);
        }
    }

    @Test
    void endsTheUsedWorkerThatWaitsLongestWhereThereAreTooMany() throws IOException {
        try (TestServer server = TestServer.start(Map.of("sandbox.pool.size", "1", "sandbox.pool.used", "1"))) {
            query(server, server.useKey("a", Scope.READ));
            Set<String> first = awaitWorkers(server, 2);

            query(server, server.useKey("b", Scope.READ));

            await().until(() -> workers(server).size() == 2 && !workers(server).equals(first));
        }
    }

    private static void query(TestServer server, String key) {
        server.useKey(key);
        query(server);
    }

    @Test
    void leavesNothingOfAQueryInTheWorkersFolder() throws IOException {
        try (TestServer server = TestServer.start(Map.of("sandbox.pool.size", "1"))) {
            query(server);
            awaitWorkers(server, 2);

            assertThat(TestFiles.files(server.home().resolve("jobs"))).isEmpty();
        }
    }

    private static void query(TestServer server) {
        assertThat(server.query("select count(*) as n from f", "f=default.flowers")
                        .rows())
                .isEqualTo("[[150]]");
    }

    private static Set<String> awaitWorkers(TestServer server, int count) {
        await().until(() -> workers(server).size() == count);
        return workers(server);
    }

    private static Set<String> workers(TestServer server) {
        Set<String> names = new HashSet<>();
        try (Stream<Path> folders = Files.list(server.home().resolve("jobs"))) {
            folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> !name.equals("uploads"))
                    .forEach(names::add);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return names;
    }

    private static void killWorkers() {
        ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains("nerium_worker"))
                .forEach(ProcessHandle::destroyForcibly);
    }
}
