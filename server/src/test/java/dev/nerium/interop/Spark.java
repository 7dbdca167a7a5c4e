package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A connection to the one Spark of a build: the first JVM with tests that needs it starts it, because its start takes longer than most
 * of them, and it ends with its last connection. Its sessions have the lake of a test's server as the catalog {@code oleander}.
 * Thread-safe.
 */
final class Spark implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Where {@code pom.xml} puts Iceberg's runtime for Spark and the driver of the catalog's database. */
    private static final Path JARS = Path.of("server", "target", "spark");

    /** Where it runs. A relative path, because that of a socket has at most 107 characters. */
    private static final Path FOLDER = Path.of("server", "target", "spark-session");

    /** The seed by which long programs choose a part of their cases, or {@code full}. */
    static final String SAMPLE =
            Optional.ofNullable(System.getenv("NERIUM_SAMPLE")).orElse("1");

    private static final Path LOG = FOLDER.resolve("log");

    private final SocketChannel channel;
    private final BufferedReader replies;
    private final Writer requests;

    private Spark(SocketChannel channel) {
        this.channel = channel;
        this.replies = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
        this.requests = Channels.newWriter(channel, StandardCharsets.UTF_8);
    }

    static Spark connect() {
        try {
            Files.createDirectories(FOLDER);
            try (FileChannel file = FileChannel.open(
                            FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = file.lock()) {
                Optional<Spark> running = join();
                return running.isPresent() ? running.get() : start();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that is about to end takes connections, too, but does not greet them. */
    private static Optional<Spark> join() {
        try {
            Spark spark = new Spark(SocketChannel.open(UnixDomainSocketAddress.of(FOLDER.resolve("socket"))));
            if ("ready".equals(spark.replies.readLine())) {
                return Optional.of(spark);
            }
            spark.close();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Spark start() throws IOException {
        Process process = builder().start();
        AtomicReference<Optional<Spark>> joined = new AtomicReference<>(Optional.empty());
        await().atMost(Duration.ofMinutes(3)).until(() -> {
            assertThat(process.isAlive()).as(Spark::log).isTrue();
            joined.set(join());
            return joined.get().isPresent();
        });
        return joined.get().orElseThrow();
    }

    /**
     * Runs a program over the lake of a server.
     *
     * @param files of {@code resources/interop}, whose texts in this order are the program
     * @return what the program gave to {@code answer}
     */
    synchronized JsonNode run(TestServer server, String... files) {
        JsonNode reply = ask(JSON.valueToTree(Map.of(
                "program",
                Python.resources(files),
                "home",
                server.home().toString(),
                "url",
                server.url().toString(),
                "key",
                server.key(),
                "sample",
                SAMPLE)));
        assertThat(reply.path("error").asText()).isEmpty();
        return reply.path("answer");
    }

    private JsonNode ask(JsonNode request) {
        try {
            requests.write(request + "\n");
            requests.flush();
            String reply = replies.readLine();
            assertThat(reply).as(() -> "Spark ended:\n" + log()).isNotNull();
            return JSON.readTree(Objects.requireNonNull(reply));
        } catch (IOException e) {
            throw new UncheckedIOException("Spark does not answer:\n" + log(), e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static ProcessBuilder builder() throws IOException {
        // Isolated: Python imports from the folder of its script before anything else.
        ProcessBuilder builder = new ProcessBuilder(
                setting("NERIUM_SPARK_PYTHON"),
                "-I",
                Path.of("server", "src", "test", "resources", "interop", "spark", "session.py")
                        .toAbsolutePath()
                        .toString());
        builder.environment().put("JAVA_HOME", setting("NERIUM_SPARK_JAVA"));
        builder.environment().put("SPARK_JARS", jars());
        builder.environment().remove("JDK_JAVA_OPTIONS");
        return builder.directory(FOLDER.toFile()).redirectErrorStream(true).redirectOutput(LOG.toFile());
    }

    private static String jars() throws IOException {
        try (Stream<Path> files = Files.list(JARS)) {
            return files.map(file -> file.toAbsolutePath().toString()).collect(Collectors.joining(","));
        }
    }

    public static String setting(String name) {
        return Optional.ofNullable(System.getenv(name))
                .filter(value -> !value.isBlank())
                .orElseThrow(
                        () -> new AssertionError(name + " is not set: run the tests by './nerium test', or leave out"
                                + " those that need Spark by 'mvn test -DexcludedGroups=spark'"));
    }

    private static String log() {
        try {
            return Files.readString(LOG);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
