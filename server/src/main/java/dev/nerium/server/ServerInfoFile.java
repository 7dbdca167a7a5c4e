package dev.nerium.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.config.Build;
import dev.nerium.config.NeriumConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** {@code server.json} below the home, by which the command line finds the local server. */
record ServerInfoFile(Path file) implements AutoCloseable {

    static ServerInfoFile write(NeriumConfig config, URI url, String server) throws IOException {
        Path home = config.home();
        Path file = home.resolve("server.json");
        String certificate = config.http().tls().certificate();
        Map<String, Object> content = Map.of(
                "url",
                url.toString(),
                "pid",
                ProcessHandle.current().pid(),
                "id",
                server,
                "home",
                home.toString(),
                "version",
                Build.read().version(),
                "stateInHome",
                config.store().url().isEmpty(),
                // A client on this machine uses an address that the certificate need not have.
                "certificate",
                certificate.isEmpty() ? "" : home.resolve(certificate).toString());
        Path part = home.resolve("server.json.part");
        Files.write(part, new ObjectMapper().writeValueAsBytes(content));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        return new ServerInfoFile(file);
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
