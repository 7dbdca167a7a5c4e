package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Keycloak, with the realm {@code data} in memory: groups {@code analysts} (alice) and {@code platform} (carol). */
final class Keycloak implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path REALM = Path.of("server", "src", "test", "resources", "oidc", "data-realm.json");
    private static final String PASSWORD = "change-me";

    private final Process process;
    private final Path log;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();

    private Keycloak(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    static Keycloak start() throws IOException {
        Path home = unpacked();
        Path realm =
                Files.createDirectories(home.resolve("data").resolve("import")).resolve("data-realm.json");
        Files.copy(REALM, realm, StandardCopyOption.REPLACE_EXISTING);
        int port = freePort();
        Path log = TestFiles.newFolder("keycloak").resolve("log");
        ProcessBuilder command = new ProcessBuilder(
                        "bash",
                        home.resolve("bin").resolve("kc.sh").toAbsolutePath().toString(),
                        "start-dev",
                        "--db=dev-mem",
                        "--import-realm",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        command.environment()
                .putAll(Map.of(
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        // It is short-lived: code that is compiled once is soonest done.
                        "JAVA_OPTS_APPEND",
                        "-XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC",
                        "KC_BOOTSTRAP_ADMIN_USERNAME",
                        "admin",
                        "KC_BOOTSTRAP_ADMIN_PASSWORD",
                        PASSWORD));
        Keycloak keycloak = new Keycloak(command.start(), log, port);
        await().atMost(Duration.ofMinutes(5)).until(keycloak::answers);
        return keycloak;
    }

    /** Where {@code pom.xml} puts it. */
    private static Path unpacked() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("server", "target", "keycloak"))) {
            return folders.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() throws IOException, InterruptedException {
        assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
        try {
            return send(HttpRequest.newBuilder(URI.create(issuer() + "/.well-known/openid-configuration"))
                                    .build())
                            .statusCode()
                    == 200;
        } catch (ConnectException e) {
            return false;
        }
    }

    String issuer() {
        return realm("data");
    }

    private String realm(String name) {
        return "http://127.0.0.1:" + port + "/realms/" + name;
    }

    /** The response to a login of a user of the realm: an access token, a refresh token and an ID token. */
    JsonNode login(String client, String user) {
        return login("data", client, user);
    }

    private JsonNode login(String realm, String client, String user) {
        try {
            HttpResponse<String> response =
                    send(HttpRequest.newBuilder(URI.create(realm(realm) + "/protocol/openid-connect/token"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(
                                    "grant_type=password&scope=openid&client_id=%s&username=%s&password=%s"
                                            .formatted(client, user, PASSWORD)))
                            .build());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signs the next tokens of the realm with a new key. */
    void rotateKeys() throws IOException, InterruptedException {
        String realm = admin("GET", "", "").path("id").asText();
        admin("POST", "/components", """
                {"name": "new", "providerId": "rsa-generated", "providerType": "org.keycloak.keys.KeyProvider", "parentId": "%s",
                 "config": {"priority": ["1000"], "keySize": ["2048"]}}""".formatted(realm));
    }

    private JsonNode admin(String method, String path, String body) throws IOException, InterruptedException {
        String token =
                login("master", "admin-cli", "admin").path("access_token").asText();
        HttpResponse<String> response =
                send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/admin/realms/data" + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build());
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
        return JSON.readTree(response.body());
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.close();
        // The script passes the signal on.
        process.destroy();
        try {
            process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
