package dev.nerium.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nerium.TestServer;
import dev.nerium.config.ConfigException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events go where OpenLineage's own configuration says, sooner or later, and no run waits for that. */
@Tag("server")
class TransportsTest {
    private final List<JsonNode> received = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private HttpServer receiver;

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        receiver.createContext("/api/v1/lineage", this::take);
        receiver.start();
    }

    @AfterEach
    void stopListening() {
        receiver.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode event =
                    new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes());
            if (status < 300) {
                keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
                received.add(event);
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private TestServer server() throws IOException {
        Path config = Files.writeString(folder.resolve("openlineage.yml"), """
                transport:
                  type: composite
                  transports:
                    catalogue:
                      type: http
                      url: http://127.0.0.1:%d
                      auth: {type: api_key, apiKey: sender}
                    archive:
                      type: file
                      location: %s
                """.formatted(
                        receiver.getAddress().getPort(), folder.resolve("events.ndjson")));
        return TestServer.start(Map.of("lineage.openlineage-config", config.toString()));
    }

    private static Predicate<JsonNode> of(String run) {
        return event -> event.at("/run/runId").asText().equals(run);
    }

    private static String query(TestServer server) {
        return server.query("select count(*) as n from f", "f=default.flowers")
                .json()
                .path("run_id")
                .asText();
    }

    private List<String> types(String run) {
        return received.stream()
                .filter(of(run))
                .map(event -> event.path("eventType").asText())
                .toList();
    }

    @Test
    void eachTransportGetsEveryEventInOrder() throws IOException {
        try (TestServer server = server()) {
            String run = query(server);

            await().untilAsserted(() -> assertThat(types(run)).containsExactly("START", "COMPLETE"));
            await().untilAsserted(() -> assertThat(
                            Files.readString(folder.resolve("events.ndjson")).lines())
                    .filteredOn(line -> line.contains(run))
                    .hasSize(2));
            List<JsonNode> stored = server.get("/api/v2/runs/" + run + "/lineage")
                    .json()
                    .path("events")
                    .valueStream()
                    .toList();
            assertThat(received.stream().filter(of(run)))
                    .as("with exact snapshot ids")
                    .isEqualTo(stored);
            assertThat(keys).containsOnly("Bearer sender");
            assertThat(received.stream().flatMap(event -> new OpenLineageSchemas().violations(event).stream()))
                    .isEmpty();
        }
    }

    @Test
    void aReceiverThatFailsGetsAllOfItLaterAlsoAfterARestart() throws IOException {
        status = 503;
        try (TestServer server = server()) {
            String before = query(server);
            server.restart();
            String later = query(server);
            status = 201;

            await().untilAsserted(() -> assertThat(types(later)).containsExactly("START", "COMPLETE"));
            assertThat(types(before)).containsExactly("START", "COMPLETE");
        }
    }

    @Test
    void anotherNeriumTakesThem() throws IOException {
        try (TestServer other = TestServer.start()) {
            Path config = Files.writeString(folder.resolve("other.yml"), """
                    transport: {type: http, url: "%s", auth: {type: api_key, apiKey: %s}}
                    """.formatted(other.url(), other.key()));
            try (TestServer server = TestServer.start(Map.of("lineage.openlineage-config", config.toString()))) {
                String run = query(server);

                await().untilAsserted(() -> assertThat(
                                other.get("/api/v1/events?start=0&end=99999999999&integration=NERIUM&run_id=" + run)
                                        .json())
                        .extracting(event -> event.path("run_state").asText())
                        .containsExactly("COMPLETE", "START"));
            }
        }
    }

    @Test
    void anEventThatIsRefusedForGoodHoldsUpNoOther() throws IOException {
        try (TestServer server = server()) {
            status = 400;
            String refused = query(server);
            await().untilAsserted(() -> assertThat(
                            Files.readString(folder.resolve("events.ndjson")).lines())
                    .filteredOn(line -> line.contains(refused))
                    .hasSize(2));
            status = 200;
            String taken = query(server);

            await().untilAsserted(() -> assertThat(types(taken)).contains("COMPLETE"));
        }
    }

    @Test
    void aFileThatCantBeReadStopsTheStart() throws IOException {
        Path config = Files.writeString(folder.resolve("bad.yml"), "transport: {type: pigeon}");

        assertThatThrownBy(() -> TestServer.start(Map.of("lineage.openlineage-config", config.toString())))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("lineage.openlineage-config is '" + config + "': it can't be read as");
    }
}
