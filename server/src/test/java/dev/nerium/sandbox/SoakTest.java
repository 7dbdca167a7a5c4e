package dev.nerium.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.run.RunIds;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many runs of every kind, from many clients, leave nothing behind. {@code mvn test -Dtest=SoakTest -Dnerium.soak=1000} is the
 * long form.
 */
@Tag("sandbox")
class SoakTest {
    private static final int RUNS = Integer.getInteger("nerium.soak", 120);
    private static final int CLIENTS = 16;
    private static final int WARM = 2;

    /** A connection that the client keeps has two ends here, and a worker three pipes. */
    private static final int SPARE_DESCRIPTORS = 2 * CLIENTS + 3 * WARM;

    private static final long SPARE_DIRECT_BYTES = 16 << 20;
    private static final RunIds IDS = new RunIds(Clock.systemUTC());

    @Test
    void manyRunsOfEveryKindLeaveNothingBehind() throws Exception {
        Set<ProcessHandle> others = Footprint.others();
        TestServer server = TestServer.start(Map.of(
                "sandbox.pool.size", String.valueOf(WARM),
                "sandbox.memory-per-vcpu", "192MiB",
                "sandbox.max-running", "4",
                "sandbox.cpu-oversubscription", "8",
                "results.inline-rows", "1000",
                "runs.cancel-on-disconnect", "true"));
        try {
            soak(server, CLIENTS);
            awaitCalm(server, others);
            long descriptors = Footprint.descriptors();
            long directBytes = directBytes();

            soak(server, RUNS);

            awaitCalm(server, others);
            assertThat(Footprint.jobFiles(server.home())).isZero();
            assertThat(server.nerium().resultBytes()).isZero();
            assertThat(Footprint.descriptors()).isLessThanOrEqualTo(descriptors + SPARE_DESCRIPTORS);
            assertThat(directBytes()).isLessThanOrEqualTo(directBytes + SPARE_DIRECT_BYTES);
        } finally {
            server.close();
        }
        // The kernel takes a moment to bury what was killed.
        await().untilAsserted(() -> assertThat(Footprint.processes(others)).isZero());
        await().untilAsserted(() -> assertThat(Footprint.cgroups()).isZero());
        assertThat(server.home()).doesNotExist();
    }

    private static void soak(TestServer server, int runs) throws Exception {
        List<Future<?>> clients = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            for (int run = 0; run < runs; run++) {
                int kind = run;
                clients.add(threads.submit(() -> {
                    run(server, kind);
                    return kind;
                }));
            }
        }
        for (Future<?> client : clients) {
            client.get();
        }
    }

    private static void run(TestServer server, int kind) throws IOException {
        switch (kind % 12) {
            case 0 -> fails(server.script("result = 1 / 0"), "SCRIPT_FAILED");
            case 1 -> fails(server.script("import os\nos.kill(os.getpid(), 9)"), "WORKER_CRASHED");
            case 2 -> fails(server.script("while True: pass", Map.of("timeoutSeconds", 1)), "TIMED_OUT");
            case 3 -> fails(server.script("x = b'x' * (1 << 30)"), "OUT_OF_MEMORY");
            case 4 -> fails(server.script("result = pl.LazyFrame({'a': range(100_000)})"), "RESULT_TOO_LARGE");
            case 5 -> fails(server.query("select nothing from f", "f=default.flowers"), "QUERY_FAILED");
            case 6 -> leave(server);
            case 7 -> cancel(server);
            case 8 -> works(server.script("""
                        import os, time
                        if os.fork() == 0:
                            os.setsid()
                            time.sleep(1000)
                        open('/tmp/left', 'w').write('x')
                        open('/job/out/left', 'w').write('x')
                        result = scan('default.flowers')
                        """));
            default -> works(server.query("select count(*) as n from f", "f=default.flowers"));
        }
    }

    private static void works(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static void fails(Reply reply, String code) {
        assertThat(reply.json().path("code").asText()).as(reply.text()).isEqualTo(code);
    }

    private static void leave(TestServer server) throws IOException {
        UUID id = IDS.next();
        try (LeavingClient _ = LeavingClient.send(server, id, "import time\ntime.sleep(1000)")) {
            awaitKnown(server, id);
        }
        awaitAbort(server, id);
    }

    private static void cancel(TestServer server) {
        UUID id = IDS.next();
        CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(
                () -> server.script("import time\ntime.sleep(1000)", Map.of(), id), Thread::startVirtualThread);
        awaitKnown(server, id);
        server.delete("/api/v2/runs/" + id);
        fails(reply.join(), "CANCELLED");
    }

    private static void awaitKnown(TestServer server, UUID id) {
        await().until(() -> server.get("/api/v2/runs/" + id).status() == 200);
    }

    private static void awaitAbort(TestServer server, UUID id) {
        await().until(() ->
                server.get("/api/v2/runs/" + id).json().path("state").asText().equals("ABORT"));
    }

    /** Only what idles is there: the workers that are ready, and at most as many that ran SQL. */
    private static void awaitCalm(TestServer server, Set<ProcessHandle> others) {
        await().untilAsserted(() -> {
            long idle = Footprint.jobFolders(server.home());
            assertThat(idle).isBetween((long) WARM, 2L * WARM);
            assertThat(Footprint.sandboxes(others)).isEqualTo(idle);
            assertThat(Footprint.cgroups()).isIn(0L, idle);
            assertThat(Footprint.jobFiles(server.home())).isZero();
        });
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
