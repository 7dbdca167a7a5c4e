package dev.nerium.cli.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A server that responds within a second, and its version. */
public record ServerVersion(URI url, String version) {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    public static Optional<ServerVersion> ofLocal(Path home) {
        return LocalServer.in(home, PATIENCE).map(local -> new ServerVersion(local.url(), local.version()));
    }

    /** The version that the server shows to a key; empty if it is older than this field. */
    public static Optional<ServerVersion> of(ServerAccess access) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(access.url() + "/api/v2/me"))
                .header("Authorization", "Bearer " + access.key())
                .timeout(PATIENCE)
                .build();
        try (HttpClient client =
                Connections.trusting(access.trust()).connectTimeout(PATIENCE).build()) {
            String version = new ObjectMapper()
                    .readTree(client.send(request, BodyHandlers.ofString()).body())
                    .path("server_version")
                    .asText();
            return version.isEmpty() ? Optional.empty() : Optional.of(new ServerVersion(access.url(), version));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
