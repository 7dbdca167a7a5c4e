package dev.nerium.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.cli.shell.CliException;
import dev.nerium.config.Build;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;

/**
 * A server on this machine, by the file in its home.
 *
 * @param trust in the certificate that this server uses
 * @param version of the server
 * @param sharesState whether this version can use the server's state as it is, in a file of the home
 */
public record LocalServer(Path home, URI url, ServerTrust trust, String version, boolean sharesState) {
    /** The file in a home that has the address of its server. */
    public static final String FILE = "server.json";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * The server that left its address in a home, where it is that one which answers there: a server that was killed leaves its
     * address to whoever gets the port next.
     */
    public static Optional<LocalServer> in(Path home) {
        return in(home, PATIENCE);
    }

    /** The same with a limit on the time in which it must answer. */
    static Optional<LocalServer> in(Path home, Duration patience) {
        Path file = home.resolve(FILE);
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        JsonNode said = read(file);
        try {
            URI url = URI.create(said.path("url").asText().replaceAll("/+$", ""));
            String id = said.path("id").asText();
            // A copy of a home has the address of the original's server.
            boolean isOwn = Files.isSameFile(Path.of(said.path("home").asText()), home);
            String certificate = said.path("certificate").asText();
            ServerTrust trust =
                    certificate.isEmpty() ? ServerTrust.nobody() : ServerTrust.exactly(Path.of(certificate));
            return isOwn && !id.isEmpty() && id.equals(idAt(url, trust, patience))
                    ? Optional.of(new LocalServer(
                            home, url, trust, said.path("version").asText(), sharesState(said)))
                    : Optional.empty();
        } catch (SSLHandshakeException e) {
            throw new CliException(
                    "the server at " + said.path("url").asText() + " does not use the certificate in "
                            + said.path("certificate").asText(),
                    "",
                    "repeat the command in a few seconds if the file is new, or look in the log of the server for an error about it.");
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean sharesState(JsonNode said) {
        return said.path("stateInHome").asBoolean()
                && Build.read().version().equals(said.path("version").asText());
    }

    private static JsonNode read(Path file) {
        try {
            return JSON.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new CliException(
                    file + " can't be read", "", "delete it, and restart the server, which writes a new one.");
        }
    }

    /** Asked without a key, which whoever listens there could use elsewhere. */
    private static String idAt(URI url, ServerTrust trust, Duration patience) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(url.resolve("/health")).timeout(patience).build();
        try (HttpClient client =
                Connections.trusting(trust).connectTimeout(patience).build()) {
            return JSON.readTree(client.send(request, BodyHandlers.ofString()).body())
                    .path("server")
                    .asText();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
