package dev.nerium;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** {@code server.json} below the home, by which the command line finds the local server. */
record ServerFile(Path file) implements AutoCloseable {

    static ServerFile write(Path home, URI url) throws IOException {
        Path file = home.resolve("server.json");
        Map<String, Object> content =
                Map.of("url", url.toString(), "pid", ProcessHandle.current().pid());
        Files.write(file, new ObjectMapper().writeValueAsBytes(content));
        return new ServerFile(file);
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
