package dev.nerium.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers requests with the texts that it was given, the last one again and again, and keeps what it was asked. */
public final class FakeServer implements AutoCloseable {
    public record Asked(String method, String path, String query, Map<String, List<String>> headers, String body) {
        public String header(String name) {
            return Optional.ofNullable(headers.get(name)).map(List::getFirst).orElse("");
        }
    }

    private final HttpServer http;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    private FakeServer(HttpServer http) {
        this.http = http;
    }

    public static FakeServer answering(int status, String... bodies) {
        try {
            FakeServer server =
                    new FakeServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
            server.http.createContext("/health", FakeServer::tellWho);
            server.http.createContext("/", exchange -> server.answer(exchange, status, bodies));
            server.http.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    public Map<String, String> environment() {
        return Map.of("NERIUM_URL", url(), "NERIUM_KEY", "nrm_test");
    }

    /** As a server does that runs with the home. */
    public void leaveAddress(Path home) throws IOException {
        Files.writeString(
                home.resolve("server.json"),
                "{\"url\": \"%s/\", \"pid\": 1, \"id\": \"fake\", \"version\": \"7.0.0\", \"home\": \"%s\"}"
                        .formatted(url(), home));
    }

    private static void tellWho(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] bytes = "{\"status\": \"up\", \"server\": \"fake\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    public List<Asked> asked() {
        return asked;
    }

    public Asked onlyAsked() {
        if (asked.size() != 1) {
            throw new AssertionError("expected one request: " + asked);
        }
        return asked.getFirst();
    }

    @Override
    public void close() {
        http.stop(0);
    }

    private void answer(HttpExchange exchange, int status, String... bodies) throws IOException {
        try (exchange) {
            String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getRawPath(),
                    Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""),
                    Map.copyOf(exchange.getRequestHeaders()),
                    text));
            String body = bodies[Math.min(asked.size(), bodies.length) - 1];
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
