package dev.nerium.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nerium.ServerProcess;
import dev.nerium.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Receivers that are flaky, slow or dead get every event, in the order of the events, also over a restart. */
@Tag("server")
class LineageDeliveryTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Maximum number of events whose delivery a crash forgets. */
    private static final int BATCH = 100;

    /** How a receiver treats its requests. */
    @FunctionalInterface
    private interface Treatment {
        /** @return the status of the response to this request */
        int status(int request);
    }

    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Treatment treatment = _ -> 200;
    private HttpServer receiver;

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() throws IOException {
        receiver = receiver(0);
    }

    private HttpServer receiver(int port) throws IOException {
        HttpServer listening = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        listening.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        listening.createContext("/api/v1/lineage", this::take);
        listening.start();
        return listening;
    }

    @AfterEach
    void stopListening() {
        receiver.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode event = JSON.readTree(exchange.getRequestBody().readAllBytes());
            int status = treatment.status(requests.incrementAndGet());
            if (status < 300) {
                taken.add(key(event));
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private static String key(JsonNode event) {
        return event.at("/run/runId").asText() + " " + event.path("eventType").asText();
    }

    private TestServer server() throws IOException {
        return TestServer.start(Map.of("lineage.openlineage-config", transport().toString()));
    }

    private Path transport() throws IOException {
        return Files.writeString(folder.resolve("openlineage.yml"), """
                transport:
                  type: http
                  name: receiver
                  url: http://127.0.0.1:%d
                  timeoutInMillis: 60000
                """.formatted(
                        receiver.getAddress().getPort()));
    }

    private static List<String> run(TestServer server, int count) {
        List<String> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(server.query("select count(*) as n" + i + " from f", "f=default.flowers")
                    .json()
                    .path("run_id")
                    .asText());
        }
        return runs;
    }

    /** The START and COMPLETE of each run, in the order in which the server stored them. */
    private static List<String> stored(TestServer server, List<String> runs) {
        List<String> events = new ArrayList<>();
        for (String run : runs) {
            await().until(() -> server.get("/api/v2/runs/" + run + "/lineage")
                            .json()
                            .path("events")
                            .size()
                    == 2);
            server.get("/api/v2/runs/" + run + "/lineage")
                    .json()
                    .path("events")
                    .forEach(event -> events.add(key(event)));
        }
        return events;
    }

    /** The events of some runs as the receiver has them, each at its first arrival. */
    private List<String> received(List<String> runs) {
        return new LinkedHashSet<>(taken)
                .stream().filter(event -> runs.contains(event.substring(0, 36))).toList();
    }

    @Test
    void aReceiverThatFailsOneRequestInSevenGetsAllEventsInOrder() throws IOException {
        treatment = request -> request % 7 == 0 ? 503 : 200;
        try (TestServer server = server()) {
            List<String> runs = run(server, 40);
            List<String> expected = stored(server, runs);

            await().untilAsserted(() -> assertThat(received(runs)).isEqualTo(expected));
            assertThat(taken).as("each event once").doesNotHaveDuplicates();
        }
    }

    @Test
    void aSlowReceiverGetsAllEventsInOrder() throws IOException {
        treatment = _ -> {
            LockSupport.parkNanos(50_000_000);
            return 200;
        };
        try (TestServer server = server()) {
            List<String> runs = run(server, 10);
            List<String> expected = stored(server, runs);

            await().untilAsserted(() -> assertThat(received(runs)).isEqualTo(expected));
        }
    }

    @Test
    void aDeadReceiverGetsAllEventsInOrderWhenItIsBackAfterARestart() throws IOException {
        int port = receiver.getAddress().getPort();
        try (TestServer server = server()) {
            List<String> before = run(server, 3);
            await().untilAsserted(() -> assertThat(received(before)).hasSize(6));
            receiver.stop(0);

            List<String> runs = new ArrayList<>(before);
            runs.addAll(run(server, 5));
            server.restart();
            runs.addAll(run(server, 5));
            List<String> expected = stored(server, runs);
            receiver = receiver(port);

            await().untilAsserted(() -> assertThat(received(runs)).isEqualTo(expected));
        }
    }

    @Test
    void aServerThatStopsDuringABatchSendsNoEventTwice() throws IOException {
        CountDownLatch stopped = new CountDownLatch(1);
        int last = 5;
        treatment = request -> request == last ? refuseAfter(stopped) : 200;
        try (TestServer server = server()) {
            List<String> runs = run(server, 4);
            List<String> expected = stored(server, runs);
            await().until(() -> requests.get() == last);
            server.restart();
            stopped.countDown();

            await().untilAsserted(() -> assertThat(received(runs)).isEqualTo(expected));
            assertThat(taken).doesNotHaveDuplicates();
        }
    }

    @Test
    void aKilledServerSendsTheEventsOfOneBatchAgainAndLosesNone() throws Exception {
        CountDownLatch isStored = new CountDownLatch(1);
        CountDownLatch isKilled = new CountDownLatch(1);
        int runCount = 55;
        int last = 2 * runCount - 2;
        treatment = request -> {
            if (request == 1) {
                waitFor(isStored);
            }
            return request == last ? refuseAfter(isKilled) : 200;
        };
        Path home = TestServer.newHome();
        Files.writeString(home.resolve("nerium.yaml"), "lineage: {openlineage-config: '" + transport() + "'}\n");
        List<String> expected;
        try (ServerProcess server = ServerProcess.start(home)) {
            expected = stored(server, home, runCount);
            isStored.countDown();
            await().until(() -> requests.get() == last);
            server.kill();
        }
        List<String> before = List.copyOf(taken);
        isKilled.countDown();
        try (ServerProcess _ = ServerProcess.start(home)) {
            await().untilAsserted(() -> assertThat(taken).endsWith(expected.getLast()));
        }

        // The first start of a home has a run of its own.
        List<String> own = before.stream().filter(expected::contains).toList();
        List<String> again = List.copyOf(taken.subList(before.size(), taken.size()));
        assertThat(own).isEqualTo(expected.subList(0, own.size()));
        assertThat(again)
                .as("the batch that the kill ended, and the rest")
                .hasSizeBetween(expected.size() - own.size(), expected.size() - own.size() + BATCH)
                .isEqualTo(expected.subList(expected.size() - again.size(), expected.size()));
    }

    /** Runs queries on a server with a key of its home, and gives the stored events. */
    private static List<String> stored(ServerProcess server, Path home, int runCount) throws Exception {
        String key = Files.readString(home.resolve("first-key")).strip();
        List<String> events = new ArrayList<>();
        for (int i = 0; i < runCount; i++) {
            String run = server.run(key, Map.of("mode", "query", "query", "select " + i + " as n"))
                    .body()
                    .path("run_id")
                    .asText();
            String path = "/api/v2/runs/" + run + "/lineage";
            await().until(() -> server.get(key, path).body().path("events").size() == 2);
            server.get(key, path).body().path("events").forEach(event -> events.add(key(event)));
        }
        return events;
    }

    private static int refuseAfter(CountDownLatch latch) {
        waitFor(latch);
        return 500;
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aReceiverThatTakesEventsAndFailsToSayItGetsThemAgainAndNoneIsLost() throws IOException {
        treatment = request -> request % 5 == 0 ? 500 : 200;
        try (TestServer server = server()) {
            List<String> runs = run(server, 6);
            treatment = _ -> 500;
            runs.addAll(run(server, 3));
            server.restart();
            treatment = _ -> 200;
            List<String> expected = stored(server, runs);

            await().untilAsserted(() -> assertThat(received(runs)).isEqualTo(expected));
        }
    }
}
