package dev.nerium.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.run.RunIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tree of processes that grows wherever it can: none of them lives when the end of its run is told. */
@Tag("sandbox")
@Timeout(180)
class ForkBombTest {
    private static final RunIds IDS = new RunIds(Clock.systemUTC());

    /** Each process forks as long as it may. Its name tells it from those of other runs. */
    private static final String BOMB = """
            import ctypes, os, time
            ctypes.CDLL(None).prctl(15, params['mark'].encode(), 0, 0, 0)
            if os.fork() == 0:
                while True:
                    try:
                        os.fork()
                    except OSError:
                        pass
            time.sleep(2)
            """;

    private static TestServer server;

    private final UUID id = IDS.next();

    /** The kernel keeps 15 characters. */
    private final String mark = id.toString().substring(21, 36);

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("sandbox.pool.size", "1"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void endsWithAScriptThatEnds() {
        Reply reply = run(BOMB + "result = pl.DataFrame({'a': [1]})", Map.of());

        assertThat(alive()).isEmpty();
        assertThat(reply.status()).as(reply.text()).isIn(200, 400);
        assertTheNextRunWorks();
    }

    @Test
    void endsWithARunThatTakesTooLong() {
        Reply reply = run(BOMB + "while True: pass", Map.of("timeoutSeconds", 6));

        assertThat(alive()).isEmpty();
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertTheNextRunWorks();
    }

    @Test
    void endsWithARunThatIsCancelled() {
        CompletableFuture<Reply> running = CompletableFuture.supplyAsync(
                () -> run(BOMB + "while True: pass", Map.of()), Thread::startVirtualThread);
        await().until(() -> alive().size() > 10);
        server.delete("/api/v2/runs/" + id);

        assertThat(running.join().status()).isEqualTo(400);
        assertThat(alive()).isEmpty();
        assertTheNextRunWorks();
    }

    private Reply run(String script, Map<String, ?> more) {
        Map<String, Object> request = new HashMap<>(more);
        request.put("params", Map.of("mark", mark));
        return server.script(script, request, id);
    }

    /** Those that were ended and only wait to be buried are dead. */
    private List<String> alive() {
        return ProcessHandle.allProcesses()
                .map(process -> stat(process.pid()))
                .filter(stat -> stat.contains("(" + mark + ")") && !stat.contains(") Z"))
                .toList();
    }

    private static String stat(long process) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process), "stat"));
        } catch (IOException e) {
            return "";
        }
    }

    private static void assertTheNextRunWorks() {
        assertThat(server.query("select count(*) as n from f", "f=default.flowers")
                        .rows())
                .isEqualTo("[[150]]");
    }
}
