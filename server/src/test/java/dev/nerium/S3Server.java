package dev.nerium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.lake.storage.S3Clients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.aws.s3.S3FileIO;

/** A real S3 server over a folder, which checks signatures: S3Proxy, in a process with a class path of its own. */
public final class S3Server implements AutoCloseable {
    public static final String KEY = "AKIACANARYCANARYKEY";
    public static final String SECRET = "canary/Secret+of/the/Object+Store";

    private final Path folder;
    private final int port;
    private final Process process;

    private S3Server(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /** With the bucket {@code lake}. */
    public static S3Server start() {
        try {
            Path folder = TestFiles.newFolder("s3");
            Files.createDirectories(folder.resolve("data").resolve("lake"));
            int port = freePort();
            Files.writeString(folder.resolve("s3proxy.conf"), """
                    s3proxy.endpoint=http://127.0.0.1:%d
                    s3proxy.authorization=aws-v2-or-v4
                    s3proxy.ignore-unknown-headers=true
                    s3proxy.identity=%s
                    s3proxy.credential=%s
                    jclouds.provider=filesystem-nio2
                    jclouds.filesystem.basedir=%s
                    """.formatted(port, KEY, SECRET, folder.resolve("data")));
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            // It is short-lived: code that is compiled once is soonest done.
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Dlogback.configurationFile="
                                    + Path.of("server/src/test/resources/s3/logback.xml")
                                            .toAbsolutePath(),
                            "-cp",
                            Path.of("server/target/s3proxy").toAbsolutePath() + "/*",
                            "org.gaul.s3proxy.Main",
                            "--properties",
                            folder.resolve("s3proxy.conf").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            S3Server server = new S3Server(folder, port, process);
            await().until(server::answers);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() throws IOException {
        assertThat(process.isAlive())
                .as(Files.readString(folder.resolve("log")))
                .isTrue();
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The objects below a prefix of the bucket {@code lake}, by their keys. */
    public List<String> objects(String prefix) {
        Path bucket = folder.resolve("data").resolve("lake");
        Path below = bucket.resolve(prefix);
        if (!Files.exists(below)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(below)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> bucket.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The properties of a catalog in this store, as another engine than Nerium opens it. */
    public static Map<String, String> foreignCatalog(Path database, URI endpoint) {
        return Map.of(
                CatalogProperties.URI,
                "jdbc:sqlite:" + database,
                CatalogProperties.WAREHOUSE_LOCATION,
                "s3://lake/warehouse",
                CatalogProperties.FILE_IO_IMPL,
                S3FileIO.class.getName(),
                "jdbc.schema-version",
                "V1",
                "s3.client-factory-impl",
                S3Clients.class.getName(),
                "s3.endpoint",
                endpoint.toString(),
                "s3.path-style-access",
                "true",
                "s3.access-key-id",
                KEY,
                "s3.secret-access-key",
                SECRET,
                "client.region",
                "us-east-1");
    }

    /** The properties that Iceberg's client needs, as YAML in one line. */
    public static String properties(URI endpoint) {
        return "{s3.endpoint: \"%s\", s3.path-style-access: \"true\"}".formatted(endpoint);
    }

    /** Writes the keys into a home; returns the catalog {@code s3} of tables in this store, as YAML below {@code catalogs}. */
    public String catalog(Path home) throws IOException {
        Files.writeString(home.resolve("keys"), keys());
        return """
                  s3:
                    type: jdbc
                    uri: "jdbc:sqlite:%s/s3.db"
                    warehouse: s3://lake/warehouse
                    storage-file: keys
                    properties: %s
                """.formatted(home, properties(url()));
    }

    /** The text of a file for {@code storage-file}. */
    public static String keys() {
        return "s3.access-key-id=" + KEY + "\ns3.secret-access-key=" + SECRET + "\n";
    }

    @Override
    public void close() {
        process.destroy();
        try {
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            TestFiles.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
