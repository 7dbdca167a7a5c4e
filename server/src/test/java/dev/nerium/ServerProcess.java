package dev.nerium;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A server as a process of its own, which can be killed. */
public final class ServerProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String READY = "Nerium is ready on ";

    private final Process process;
    private final URI url;
    private final HttpClient client = HttpClient.newHttpClient();

    private ServerProcess(Process process, URI url) {
        this.process = process;
        this.url = url;
    }

    /** Starts the server's own command; returns once it is ready. */
    public static ServerProcess start(Path home) throws IOException {
        return start(home, List.of());
    }

    /** @param before a command that runs another, with its arguments */
    public static ServerProcess start(Path home, List<String> before) throws IOException {
        Process process = launch(home, before);
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (Optional<String> line = line(out); line.isPresent(); line = line(out)) {
            if (line.get().startsWith(READY)) {
                return new ServerProcess(process, URI.create(line.get().substring(READY.length())));
            }
        }
        throw new IOException("The server did not start:\n" + Files.readString(errors(home)));
    }

    /** What servers said on the home. */
    public static Path errors(Path home) {
        return home.resolve("stderr.log");
    }

    /** Begins to start it. */
    public static Process launch(Path home) throws IOException {
        return launch(home, List.of());
    }

    private static Process launch(Path home, List<String> before) throws IOException {
        List<String> command = new ArrayList<>(before);
        Collections.addAll(
                command,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.nerium.Main",
                "serve",
                "--home",
                home.toString(),
                "--port",
                "0");
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(errors(home).toFile()))
                .start();
    }

    private static Optional<String> line(BufferedReader out) throws IOException {
        return Optional.ofNullable(out.readLine());
    }

    /** What a client saw. */
    public record Answer(int status, JsonNode body) {}

    /** Runs a workload; fails where no answer comes. */
    public Answer run(String key, Map<String, ?> workload) throws IOException, InterruptedException {
        return run(key, workload, Map.of());
    }

    /** Runs a workload with headers of the test's own. */
    public Answer run(String key, Map<String, ?> workload, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(key, "/api/v1/warehouse/polars")
                .POST(BodyPublishers.ofString(JSON.valueToTree(workload).toString()));
        headers.forEach(request::header);
        return send(request.build());
    }

    /** @param body JSON with single quotes for double ones */
    public Answer post(String key, String path, String body) throws IOException, InterruptedException {
        return send(request(key, path)
                .POST(BodyPublishers.ofString(body.replace('\'', '"')))
                .build());
    }

    /** @param body JSON with single quotes for double ones */
    public Answer put(String key, String path, String body) throws IOException, InterruptedException {
        return send(request(key, path)
                .PUT(BodyPublishers.ofString(body.replace('\'', '"')))
                .build());
    }

    public Answer get(String key, String path) throws IOException, InterruptedException {
        return send(request(key, path).build());
    }

    private HttpRequest.Builder request(String key, String path) {
        return HttpRequest.newBuilder(url.resolve(path))
                .header("Authorization", "Bearer " + key)
                .timeout(Duration.ofSeconds(60));
    }

    private Answer send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        return new Answer(response.statusCode(), JSON.readTree(response.body()));
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    public URI url() {
        return url;
    }

    /** The status with which the process ends by itself. */
    public int exit(Duration timeout) throws InterruptedException {
        if (!process.waitFor(timeout)) {
            throw new AssertionError("The server still runs");
        }
        return process.exitValue();
    }

    /** SIGKILL: no hook runs. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        client.shutdownNow();
    }
}
