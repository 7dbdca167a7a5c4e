package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.TestFiles;
import dev.nerium.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Spark of its own Java, started once for all tests of this JVM because its start takes longer than most of them. Its
 * sessions have the lake of a test's server as the catalog {@code oleander}. Thread-safe.
 */
final class Spark implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Where {@code pom.xml} puts Iceberg's runtime for Spark and the driver of the catalog's database. */
    private static final Path JARS = Path.of("server", "target", "spark");

    private final Process process;
    private final Path folder;
    private final Path log;
    private final Writer requests;
    private final BufferedReader replies;

    Spark() {
        try {
            folder = Files.createTempDirectory("spark-");
            log = folder.resolve("log");
            process = builder(folder, log).start();
            requests = process.outputWriter();
            replies = process.inputReader();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
                server.key())));
        assertThat(reply.path("error").asText()).isEmpty();
        return reply.path("answer");
    }

    private JsonNode ask(JsonNode request) {
        try {
            requests.write(request + "\n");
            requests.flush();
            String reply = replies.readLine();
            assertThat(reply).as(() -> "Spark ended:\n" + text(log)).isNotNull();
            return JSON.readTree(Objects.requireNonNull(reply));
        } catch (IOException e) {
            throw new UncheckedIOException("Spark does not answer:\n" + text(log), e);
        }
    }

    /** The end of its input ends it, and Spark's JVM with it. */
    @Override
    public void close() throws IOException {
        List<ProcessHandle> children = process.descendants().toList();
        requests.close();
        process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).join();
        children.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        TestFiles.delete(folder);
    }

    private static ProcessBuilder builder(Path folder, Path log) throws IOException {
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
        return builder.directory(folder.toFile()).redirectError(log.toFile());
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

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
