package dev.nerium.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A server on this machine, as it says in its home. */
record LocalServer(Path home, URI url) {

    /** The server that left its address in a home, if one did. */
    static Optional<LocalServer> in(Path home) {
        Path file = home.resolve("server.json");
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try {
            JsonNode address = new ObjectMapper().readTree(Files.readString(file));
            return Optional.of(new LocalServer(
                    home, URI.create(address.path("url").asText().replaceAll("/+$", ""))));
        } catch (IOException e) {
            throw new CommandFailure(file + " can't be read: " + e.getMessage());
        }
    }
}
