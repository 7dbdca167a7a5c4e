package dev.nerium.sandbox.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server with small limits that the tests of a class attack. After each attack the host is as it was and the next run works;
 * after all of them nothing of a run is left.
 */
final class AttackedServer implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    /** Characters that act on a terminal, or turn text around, rather than being read. */
    static final String DANGEROUS = "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]";

    /** For attacks that may end in no other way. */
    private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(5);

    /** For attacks that must end in another way, however busy the machine is. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private static final int WARM_WORKERS = 2;

    /** Fresh ones, and those that ran SQL. */
    private static final int MOST_WORKERS = 2 * WARM_WORKERS;

    private static final String MARK = "nerium-was-here";

    private final int account = ThreadLocalRandom.current().nextInt(200_000, 2_000_000);
    private final String secret =
            "canary-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    private Host host = Host.now();
    private TestServer server;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        host = Host.now();
        server = TestServer.start(Map.of(
                "sandbox.provider",
                System.getProperty("nerium.attack", "bubblewrap"),
                "sandbox.timeout",
                TIMEOUT.toSeconds() + "s",
                "sandbox.memory-per-vcpu",
                "256MiB",
                "sandbox.tmp-size",
                "64MiB",
                "sandbox.disk-size",
                "128MiB",
                "sandbox.pool.size",
                String.valueOf(WARM_WORKERS),
                "sandbox.uid",
                String.valueOf(account),
                // The tests look at all files of the lake: the server's own tables stay as they are meanwhile.
                "telemetry.flush-interval",
                "1h"));
        Files.writeString(server.home().resolve("canary.txt"), secret);
    }

    TestServer server() {
        return server;
    }

    /** Runs an attack, which must end as it says, without a word of what it may not know. */
    Reply run(Attack attack, Map<String, String> params) {
        Map<String, Object> request = new HashMap<>(attack.request());
        Map<String, String> known = new HashMap<>(params);
        known.put("home", server.home().toString());
        known.put("port", String.valueOf(server.url().getPort()));
        known.put("server", String.valueOf(ProcessHandle.current().pid()));
        request.put("params", known);
        if (attack.mayEndWith("TIMED_OUT: The run was stopped after ")) {
            request.put("timeoutSeconds", SHORT_TIMEOUT.toSeconds());
        }
        Reply reply = server.script(attack.script(), request);
        assertThat(end(reply)).matches(attack::mayEndWith, "is how '" + attack + "' must end");
        assertThat(reply.status()).isIn(200, 400);
        assertThat(state(reply)).isEqualTo(reply.status() == 200 ? "COMPLETE" : "FAIL");
        assertThat(reply.text() + log(reply)).doesNotContain(secret, server.key(), "dev.nerium", "java.");
        return reply;
    }

    Reply run(Attack attack) {
        return run(attack, Map.of());
    }

    String log(Reply reply) {
        return server.get("/api/v2/runs/" + reply.json().path("run_id").asText() + "/logs")
                .text();
    }

    private String state(Reply reply) {
        return server.get("/api/v2/runs/" + reply.json().path("run_id").asText())
                .json()
                .path("state")
                .asText();
    }

    /** The rows, or the code and the sentence of the failure. */
    private static String end(Reply reply) {
        return reply.status() == 200 ? reply.rows() : reply.json().path("code").asText() + ": " + reply.error();
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        Reply next = server.query("select count(*) as n, round(avg(sepal_length), 3) as a from f", "f=default.flowers");
        assertThat(next.rows()).as("the next run").isEqualTo("[[150,5.843]]");
        assertThat(Host.now()).isEqualTo(host);
        assertThat(server.home().resolve("canary.txt")).hasContent(secret);
        assertThat(marks()).isEmpty();
    }

    /** Files that attacks leave where they can. */
    private List<Path> marks() throws IOException {
        try (Stream<Path> own = Files.list(server.home())) {
            return Stream.concat(
                            Stream.of("/", "/tmp", "/dev", "/dev/shm", "/usr", "/etc")
                                    .map(Path::of),
                            own.filter(Files::isDirectory))
                    .map(folder -> folder.resolve(MARK))
                    .filter(Files::exists)
                    .toList();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Path jobs = server.home().resolve("jobs");
        try {
            // A group that goes away meanwhile ends a walk through them.
            Awaitility.await().ignoreException(UncheckedIOException.class).untilAsserted(() -> {
                assertThat(folders(jobs)).hasSizeLessThanOrEqualTo(MOST_WORKERS);
                assertThat(Host.cgroupsOfThisServer()).hasSizeLessThanOrEqualTo(MOST_WORKERS * Host.HIERARCHIES);
                assertThat(Host.processesOf(account))
                        .hasSizeLessThanOrEqualTo(MOST_WORKERS * Host.PROCESSES_OF_A_WORKER);
            });
            server.nerium().close();
            assertThat(folders(jobs)).isEmpty();
            // The kernel takes a moment to bury what was killed.
            Awaitility.await().ignoreException(UncheckedIOException.class).untilAsserted(() -> {
                assertThat(Host.cgroupsOfThisServer()).isEmpty();
                assertThat(Host.processesOf(account)).isEmpty();
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            server.close();
        }
    }

    private static List<Path> folders(Path jobs) throws IOException {
        try (Stream<Path> folders = Files.list(jobs)) {
            return folders.filter(folder -> !folder.endsWith("uploads")).toList();
        }
    }
}
