package dev.nerium.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** What stands in for a cluster of Polars, and for the service that rents clusters out: see {@code stub.py}. */
final class PolarsStub implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final JsonNode ports;

    private PolarsStub(Process process, JsonNode ports) {
        this.process = process;
        this.ports = ports;
    }

    static PolarsStub start() {
        try {
            Path log = TestFiles.newFile("stub");
            Process process = new ProcessBuilder(
                            setting(),
                            "-I",
                            Path.of("submitter", "tests", "stub.py").toString())
                    .redirectError(log.toFile())
                    .start();
            String line = process.inputReader().readLine();
            assertThat(line).as(() -> text(log)).isNotNull();
            return new PolarsStub(process, JSON.readTree(line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String setting() {
        return Optional.ofNullable(System.getenv("NERIUM_STUB_PYTHON"))
                .orElseThrow(() -> new AssertionError("NERIUM_STUB_PYTHON is not set: run './nerium setup --stub'"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Settings of a server that has it as its own cluster. */
    Map<String, String> onPrem() {
        return Map.of(
                "distributed.backend", "polars-on-prem",
                "distributed.polars-on-prem.url",
                        "http://127.0.0.1:" + ports.path("scheduler").asInt(),
                "distributed.polars-on-prem.headers-file", "headers",
                "distributed.polars-on-prem.timeout", "3s");
    }

    /** Settings of a server that rents it. */
    Map<String, String> cloud() {
        return Map.of(
                "distributed.backend", "polars-cloud",
                "distributed.polars-cloud.url",
                        "http://127.0.0.1:" + ports.path("service").asInt(),
                "distributed.polars-cloud.workspace", "nerium",
                "distributed.polars-cloud.token-file", "token",
                "distributed.polars-cloud.timeout", "3s");
    }

    /** An access token as the client wants it, unsigned. */
    static String token() {
        return part("{\"alg\":\"none\"}") + "." + part("{\"exp\":4102444800}") + ".canarysignature";
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    /** Chooses how queries end from now on; {@code well} executes them. */
    void ending(String ending) {
        send(HttpRequest.newBuilder(uri("/stub/" + ending)).POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** What was asked of one kind, in order. */
    List<JsonNode> asked(String what) {
        return StreamSupport.stream(send(HttpRequest.newBuilder(uri("/stub"))).spliterator(), false)
                .filter(asked -> asked.path("what").asText().equals(what))
                .toList();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + ports.path("service").asInt() + path);
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            return JSON.readTree(http.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        process.destroyForcibly().onExit().join();
    }
}
