package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.TestFiles;
import dev.nerium.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs programs in the environment of the tests, which has the clients that others wrote. */
public final class Python {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Python() {}

    /**
     * Runs a program after a prelude of {@code resources/interop}.
     *
     * @return what the program gave to the prelude's {@code answer}
     */
    public static JsonNode run(TestServer server, String prelude, String program) {
        try {
            // Of its own: Python imports from the folder of its script before anything else.
            Path folder = TestFiles.newFolder("program");
            Path script = folder.resolve("program.py");
            Path output = folder.resolve("answer.json");
            try {
                Files.writeString(script, resource("common.py") + resource(prelude + ".py") + program);
                return run(server, folder, script, output);
            } finally {
                TestFiles.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode run(TestServer server, Path folder, Path script, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(interpreter(), script.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("NERIUM_URL", server.url().toString());
        builder.environment().put("NERIUM_KEY", server.key());
        builder.environment().put("NERIUM_HOME", server.home().toString());
        builder.environment()
                .put(
                        "RESOURCES",
                        Path.of("server", "src", "test", "resources")
                                .toAbsolutePath()
                                .toString());
        builder.environment().put("ANSWER", output.toString());
        Process process = builder.start();
        try (InputStream printed = process.getInputStream()) {
            String text = new String(printed.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(text).isZero();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return JSON.readTree(output.toFile());
    }

    static String interpreter() {
        String python = System.getenv("NERIUM_DEV_PYTHON");
        assertThat(python)
                .as("NERIUM_DEV_PYTHON is not set: run the tests by './nerium test', which makes that environment")
                .isNotBlank();
        return python;
    }

    /** Texts of {@code resources/interop}, one after the other. */
    static String resources(String... names) {
        return Stream.of(names).map(Python::resource).collect(Collectors.joining());
    }

    private static String resource(String name) {
        try (InputStream in = Python.class.getResourceAsStream("/interop/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
