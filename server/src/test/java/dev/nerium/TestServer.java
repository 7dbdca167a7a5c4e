package dev.nerium;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import dev.nerium.run.ServerRegistry;
import dev.nerium.server.FirstKey;
import dev.nerium.server.Nerium;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A real server on a free port, with a home of its own that goes away with it, and a client that holds an admin key. */
public final class TestServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path home;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> settings;
    private final Map<String, String> environment;
    private Nerium nerium;
    private String key;

    private TestServer(Path home, Optional<String> key, Map<String, String> settings) {
        this(home, key, settings, System.getenv());
    }

    private TestServer(Path home, Optional<String> key, Map<String, String> settings, Map<String, String> environment) {
        this.home = home;
        this.settings = settings;
        this.environment = environment;
        this.nerium = launch();
        this.key = key.or(() -> nerium.firstKey().map(FirstKey::text)).orElseThrow();
    }

    public static TestServer start() {
        return start(Map.of());
    }

    /** @param settings configuration keys such as {@code results.inline-rows} */
    public static TestServer start(Map<String, String> settings) {
        return new TestServer(newHome(), Optional.empty(), settings);
    }

    /** A server without {@code default.flowers}, which starts sooner. */
    public static TestServer startEmpty() {
        return startEmpty(Map.of());
    }

    /** @param settings configuration keys such as {@code results.inline-rows} */
    public static TestServer startEmpty(Map<String, String> settings) {
        Map<String, String> more = new HashMap<>(settings);
        more.put("lake.sample-table", "false");
        return start(more);
    }

    /** An empty server that starts no worker, for tests of all but runs. */
    public static TestServer startIdle(Map<String, String> settings) {
        Map<String, String> more = new HashMap<>(settings);
        more.put("sandbox.pool.size", "0");
        return startEmpty(more);
    }

    /** A server whose workers run from another folder than those of the other tests. */
    public static TestServer startFromRuntime(Path runtime) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("NERIUM_RUNTIME", runtime.toString());
        return new TestServer(newHome(), Optional.empty(), Map.of(), environment);
    }

    /** @param home a folder of the test's own, which goes away with the server */
    public static TestServer start(Path home, Map<String, String> settings) {
        return new TestServer(home, Optional.empty(), settings);
    }

    /** @param key of a server that shares its database with this one */
    public static TestServer start(Path home, String key, Map<String, String> settings) {
        return new TestServer(home, Optional.of(key), settings);
    }

    /** A folder that workers, which run under an account of their own, can reach. */
    public static Path newHome() {
        try {
            Path home = TestFiles.newFolder("home");
            return Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    public Path home() {
        return home;
    }

    /** Where a cluster leaves the rows of this server's runs. */
    public Path stagingFolder() throws IOException {
        return home.resolve("lake").resolve("staging").resolve(ServerRegistry.id(home));
    }

    public String key() {
        return key;
    }

    public URI url() {
        return nerium.url();
    }

    public Nerium nerium() {
        return nerium;
    }

    /** Acts from here on with a new key of that scope. */
    public String useKey(String name, Scope scope) {
        key = nerium.keys().create(name, scope, Optional.empty()).text();
        return key;
    }

    public void useKey(String text) {
        key = text;
    }

    /** Stops the server and starts it again on the same home. */
    public void restart() {
        nerium.close();
        nerium = launch();
    }

    /** Posts a workload, written as JSON with single quotes for double ones. */
    public Reply run(String body) {
        return post("/api/v1/warehouse/polars", body.replace('\'', '"'));
    }

    /** Posts a script. */
    public Reply script(String source) {
        return script(source, Map.of());
    }

    /** @param more further fields of the request */
    public Reply script(String source, Map<String, ?> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("mode", "script");
        body.put("script", source);
        return post("/api/v1/warehouse/polars", JSON.valueToTree(body).toString());
    }

    /** Posts a script as a run whose id the client made. */
    public Reply script(String source, Map<String, ?> more, UUID id) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("mode", "script");
        body.put("script", source);
        return send(request("/api/v1/warehouse/polars")
                .header("X-Nerium-Run-Id", id.toString())
                .POST(BodyPublishers.ofString(JSON.valueToTree(body).toString()))
                .build());
    }

    /** Posts a query over tables such as {@code t=default.t}. */
    public Reply query(String sql, String... tables) {
        return post(
                "/api/v1/warehouse/polars",
                JSON.valueToTree(Map.of("mode", "query", "query", sql, "tables", tables))
                        .toString());
    }

    /** Posts a statement of SQL, which may change tables. */
    public Reply statement(String sql) {
        return post("/api/v1/query", JSON.valueToTree(Map.of("query", sql)).toString());
    }

    /**
     * Writes rows by a query, since a script takes a process of its own.
     *
     * @param columns as Python has them, such as {@code {'n': [1, 2], 's': ['x', 'y']}}
     * @param more further fields of the request, such as {@code destination}
     */
    public Reply write(String columns, Map<String, ?> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("mode", "query");
        body.put("query", Rows.parse(columns).sql());
        return post("/api/v1/warehouse/polars", JSON.valueToTree(body).toString());
    }

    public Reply post(String path, String body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    public Reply get(String path) {
        return send(request(path).GET().build());
    }

    public Reply delete(String path) {
        return send(request(path).DELETE().build());
    }

    /** A request with the key, to be completed by the test. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url().resolve(path)).header("Authorization", "Bearer " + key);
    }

    public Reply send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            return new Reply(response.statusCode(), response.body(), response);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What the server answered. */
    public record Reply(int status, String text, HttpResponse<String> response) {
        public JsonNode json() {
            try {
                return JSON.readTree(text);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(text, e);
            }
        }

        /** The rows of a result, as JSON text. */
        public String rows() {
            return json().path("results").path("rows").toString();
        }

        public String error() {
            return json().path("error").asText();
        }

        public String details() {
            return json().path("details").asText();
        }
    }

    @Override
    public void close() {
        nerium.close();
        client.close();
        try {
            TestFiles.delete(home);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Nerium launch() {
        Map<String, String> overrides = new HashMap<>(settings);
        overrides.putIfAbsent("http.port", "0");
        overrides.putIfAbsent("sandbox.pool.size", "1");
        // Tests are about executions, also where they send the same query again.
        overrides.putIfAbsent("results.cache-bytes", "0");
        return Nerium.start(NeriumConfig.load(home, overrides, environment));
    }
}
