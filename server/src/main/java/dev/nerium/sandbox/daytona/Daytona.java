package dev.nerium.sandbox.daytona;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.config.ConfigException;
import dev.nerium.config.DaytonaConfig;
import dev.nerium.sandbox.daytona.RestClient.Repeatable;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sandboxes at Daytona and deletes them. Thread-safe. */
public final class Daytona implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Daytona.class);
    private static final String LABEL = "nerium-server";
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final int LOOK_MILLIS = 250;
    private static final int GONE = 404;
    private static final Set<String> FAILED =
            Set.of("error", "build_failed", "destroyed", "destroying", "stopped", "archived");

    private final DaytonaConfig config;
    private final RestClient http;
    private final String label;
    private final ExecutorService deleting = Executors.newVirtualThreadPerTaskExecutor();

    private Daytona(DaytonaConfig config, RestClient http, String label) {
        this.config = config;
        this.http = http;
        this.label = label;
    }

    /** @param server whose sandboxes they are */
    public static Daytona of(DaytonaConfig config, String server) {
        try {
            String key = Files.readString(Path.of(config.keyFile())).strip();
            if (key.isEmpty()) {
                throw new ConfigException("sandbox.daytona.key-file is '" + config.keyFile()
                        + "', which is empty: put an API key there.");
            }
            return new Daytona(config, new RestClient(key), server);
        } catch (IOException e) {
            throw new ConfigException("sandbox.daytona.key-file is '" + config.keyFile()
                    + "', which can't be read: it must contain a Daytona API key.");
        }
    }

    /**
     * The limits of a sandbox.
     *
     * @param minutes after which Daytona deletes it, whatever became of the server
     */
    public record Size(int vcpus, long memoryBytes, long diskBytes, long minutes) {}

    /** Makes a sandbox and starts a worker in it. */
    public DaytonaWorker start(Size size) throws IOException {
        String name = "nerium-" + UUID.randomUUID();
        try {
            JsonNode sandbox = started(http.post(uri("/sandbox"), order(name, size), Repeatable.NO));
            Toolbox toolbox = new Toolbox(http, toolboxUrl(sandbox));
            return DaytonaWorker.start(toolbox, config.python(), () -> deleting.execute(() -> delete(name)));
        } catch (IOException | RuntimeException e) {
            // The response may be lost although the sandbox was created.
            delete(name);
            throw e;
        }
    }

    private ObjectNode order(String name, Size size) {
        ObjectNode order = JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("snapshot", config.snapshot())
                .put("public", false)
                .put("networkBlockAll", true)
                .put("cpu", size.vcpus())
                .put("memory", gibibytes(size.memoryBytes()))
                .put("disk", gibibytes(size.diskBytes()))
                .put("autoStopInterval", 0)
                .put("autoDeleteInterval", 0)
                .put("ttlMinutes", size.minutes());
        order.putObject("labels").put(LABEL, label);
        if (!config.target().isEmpty()) {
            order.put("target", config.target());
        }
        return order;
    }

    private static long gibibytes(long bytes) {
        return Math.max(1, Math.ceilDiv(bytes, 1L << 30));
    }

    private JsonNode started(JsonNode made) throws IOException {
        JsonNode sandbox = made;
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!sandbox.path("state").asText().equals("started")) {
            String state = sandbox.path("state").asText("unknown");
            if (FAILED.contains(state)) {
                throw new DaytonaException(
                        "The sandbox became '" + state + "': "
                                + sandbox.path("errorReason").asText("Daytona gave no reason"),
                        0);
            }
            if (System.nanoTime() > deadline) {
                throw new DaytonaException(
                        "The sandbox is still '" + state + "' after " + START_LIMIT.toSeconds() + " s", 0);
            }
            RestClient.pause(LOOK_MILLIS);
            sandbox = http.get(uri("/sandbox/" + made.path("id").asText()));
        }
        return sandbox;
    }

    private URI toolboxUrl(JsonNode sandbox) throws IOException {
        String id = sandbox.path("id").asText();
        String proxy = sandbox.path("toolboxProxyUrl").asText("");
        if (proxy.isEmpty()) {
            proxy = http.get(uri("/sandbox/" + id + "/toolbox-proxy-url"))
                    .path("url")
                    .asText();
        }
        return URI.create(proxy.replaceAll("/+$", "") + "/" + id);
    }

    /** Deletes the sandboxes that this server left when it was killed. */
    public void sweep() throws IOException {
        String labels = JsonNodeFactory.instance.objectNode().put(LABEL, label).toString();
        String query = "/sandbox?limit=100&labels=" + encoded(labels);
        List<String> left = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = http.get(uri(cursor.isEmpty() ? query : query + "&cursor=" + encoded(cursor)));
            page.path("items").forEach(sandbox -> left.add(sandbox.path("id").asText()));
            cursor = page.path("nextCursor").asText("");
        } while (!cursor.isEmpty());
        left.forEach(this::delete);
    }

    private void delete(String idOrName) {
        try {
            http.delete(uri("/sandbox/" + encoded(idOrName)));
        } catch (DaytonaException e) {
            if (e.status() != GONE) {
                LOG.error(
                        "The sandbox {} can't be deleted at Daytona, which does so itself when its time is over",
                        idOrName,
                        e);
            }
        } catch (IOException e) {
            LOG.error(
                    "The sandbox {} can't be deleted at Daytona, which does so itself when its time is over",
                    idOrName,
                    e);
        }
    }

    /** Returns when all that was to be deleted is. */
    @Override
    public void close() {
        deleting.close();
        http.close();
    }

    private URI uri(String path) {
        return URI.create(config.url().replaceAll("/+$", "") + path);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
