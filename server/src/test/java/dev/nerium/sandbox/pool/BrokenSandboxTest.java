package dev.nerium.sandbox.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.Command;
import dev.nerium.TestServer;
import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import dev.nerium.server.Nerium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A machine on which bubblewrap fails: that is said once, in words for the operator. */
@Tag("sandbox")
@Timeout(180)
class BrokenSandboxTest {
    private final Path real = Path.of(System.getenv("NERIUM_RUNTIME"));
    private final Path runtime = TestServer.newHome();
    private final Path attempts = runtime.resolve("attempts");
    private final Path home = TestServer.newHome();

    @Test
    void theFirstStartSaysWhatTheMachineLacks() throws IOException {
        breakBubblewrap();

        assertThatThrownBy(() -> Nerium.start(config(runtime)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("The server can't start, because its first run failed (")
                .hasMessageContaining("bwrap: setting up uid map: Permission denied")
                .hasMessageEndingWith("'./nerium sandbox check --home " + home + "' shows what this machine lacks.");
    }

    @Test
    void thatNoWorkerIsReadyIsSaidOnceAndThatTheyAreAgain() throws IOException {
        Nerium.start(config(real)).close();
        breakBubblewrap();
        try (Log log = new Log();
                Nerium _ = Nerium.start(config(runtime))) {
            await().atMost(Duration.ofMinutes(2)).until(() -> Files.size(attempts) >= 6 && !log.lines.isEmpty());
            assertThat(log.lines)
                    .hasSize(1)
                    .allMatch(line ->
                            line.startsWith("No worker can be kept ready, so each run waits for its own to start:"));

            Files.move(kept(), program(), StandardCopyOption.REPLACE_EXISTING);

            await().until(() -> log.lines.size() == 2);
            assertThat(log.lines.getLast()).isEqualTo("Workers are kept ready again.");
        }
    }

    private NeriumConfig config(Path runtimeFolder) {
        return NeriumConfig.load(
                home,
                Map.of("http.port", "0", "sandbox.worker-max-age", "1s"),
                Map.of("NERIUM_RUNTIME", runtimeFolder.toString()));
    }

    /** In a copy of the runtime. */
    private void breakBubblewrap() throws IOException {
        // Hard links where they are possible: the packages take half a GiB.
        if (Command.run("cp", "-al", real + "/.", runtime.toString()) != 0) {
            assertThat(Command.run("cp", "-a", real + "/.", runtime.toString())).isZero();
        }
        Path description = runtime.resolve("runtime.json");
        String described = Files.readString(description).replace(real.toString(), runtime.toString());
        Files.delete(description);
        Files.writeString(description, described);
        Files.writeString(attempts, "");
        Files.setPosixFilePermissions(attempts, PosixFilePermissions.fromString("rw-rw-rw-"));
        Path program = program();
        Files.move(program, kept());
        Files.writeString(program, """
                #!/bin/sh
                echo x >> %s
                echo 'bwrap: setting up uid map: Permission denied' >&2
                exit 1
                """.formatted(attempts));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path program() throws IOException {
        return Path.of(new ObjectMapper()
                .readTree(runtime.resolve("runtime.json").toFile())
                .path("bwrap")
                .asText());
    }

    private Path kept() throws IOException {
        return program().resolveSibling("bwrap-that-works");
    }

    /** What the pool of workers logs. */
    private static final class Log extends Handler implements AutoCloseable {
        private final Logger logger = Logger.getLogger(WorkerPool.class.getName());
        private final List<String> lines = new CopyOnWriteArrayList<>();

        Log() {
            logger.addHandler(this);
        }

        @Override
        public void publish(LogRecord line) {
            lines.add(new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
        }
    }
}
