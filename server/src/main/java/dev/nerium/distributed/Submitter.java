package dev.nerium.distributed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.config.DistributedConfig;
import dev.nerium.config.NeriumConfig;
import dev.nerium.distributed.ClusterRun.SubmitterReply;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that sends statements to the cluster, and the only one with its credential and its client. The first request starts
 * it, and the first request after a crash starts it again. Thread-safe.
 */
public final class Submitter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Submitter.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A first question waits for the process to load its client. */
    private static final Duration START = Duration.ofSeconds(20);

    private static final Duration EXIT_TIMEOUT = Duration.ofMillis(500);

    private final DistributedConfig config;
    private final EngineSetting engine;
    private final Path log;
    private final Map<String, PendingRequest> questions = new ConcurrentHashMap<>();
    private @Nullable Process process;
    private long startedNanos;
    private boolean closed;

    /** A request that waits for its response. */
    private record PendingRequest(CompletableFuture<SubmitterReply> answer, Consumer<ClusterProgress> progress) {}

    private Submitter(DistributedConfig config, EngineSetting engine, Path log) {
        this.config = config;
        this.engine = engine;
        this.log = log;
    }

    /** The submitter of the configured engine; none where there is no engine. */
    public static Optional<Submitter> of(NeriumConfig config) {
        return EngineSetting.of(config)
                .map(engine -> new Submitter(
                        config.distributed(), engine, config.home().resolve("submitter.log")));
    }

    /** Starts it before it is needed; what goes wrong shows when it is. */
    public synchronized void warm() {
        try {
            if (process == null) {
                process = start();
            }
        } catch (IOException e) {
            LOG.warn("The submitter does not start: {}", e.getMessage());
        }
    }

    /** Asks the cluster for its version, within the configured time. */
    public String probe() {
        CompletableFuture<SubmitterReply> answer = new CompletableFuture<>();
        String id = UUID.randomUUID().toString();
        try {
            ask(id, new PendingRequest(answer, _ -> {}), message("probe", id));
            SubmitterReply answered = answer.get(
                    // The client has the same timeout, and a better message.
                    engine.timeout().plus(isNew() ? START : EXIT_TIMEOUT).toMillis(), TimeUnit.MILLISECONDS);
            if (answered.event().equals("ended")) {
                return answered.text();
            }
            throw ClusterRun.failure(answered);
        } catch (TimeoutException e) {
            throw new NeriumException(
                    ErrorCode.CLUSTER_UNAVAILABLE,
                    "The cluster does not respond.",
                    "It accepted the connection, but did not respond for "
                            + engine.timeout().toSeconds() + " s.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            questions.remove(id);
        }
    }

    private synchronized boolean isNew() {
        return Duration.ofNanos(System.nanoTime() - startedNanos).compareTo(START) < 0;
    }

    /** @param progress called with the progress of the cluster */
    public ClusterRun submit(Submission submission, Consumer<ClusterProgress> progress) {
        String id = submission.run().toString();
        ObjectNode message = message("run", id);
        SubmissionMessage.write(submission, config, message);
        CompletableFuture<SubmitterReply> answer = new CompletableFuture<>();
        ask(id, new PendingRequest(answer, progress), message);
        return new ClusterRun(answer, () -> cancel(id));
    }

    private void cancel(String id) {
        try {
            send(message("cancel", id));
        } catch (IOException e) {
            LOG.debug("The submitter ended, and the run {} with it", id);
        }
    }

    private static ObjectNode message(String what, String id) {
        return JSON.createObjectNode().put("do", what).put("id", id);
    }

    private void ask(String id, PendingRequest question, ObjectNode message) {
        questions.put(id, question);
        try {
            send(message);
        } catch (IOException e) {
            questions.remove(id);
            throw new NeriumException(ErrorCode.CLUSTER_UNAVAILABLE, "The submitter is not available.", "", e);
        }
    }

    private synchronized void send(ObjectNode message) throws IOException {
        if (closed) {
            throw new IOException("the server shuts down");
        }
        if (process == null || !process.isAlive()) {
            process = start();
        }
        write(process.getOutputStream(), message);
    }

    private static void write(OutputStream out, ObjectNode message) throws IOException {
        out.write((JSON.writeValueAsString(message) + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(engine.python().toString(), "-s", "-B", "-m", "nerium_submitter")
                .redirectError(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("LANG", "C.UTF-8", "PATH", "/usr/bin:/bin"));
        Process started = builder.start();
        startedNanos = System.nanoTime();
        write(started.getOutputStream(), engine.message());
        var _ = Thread.ofVirtual().name("submitter").start(() -> listen(started));
        return started;
    }

    private void listen(Process speaker) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(speaker.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                hear(JSON.readTree(line));
            }
        } catch (IOException e) {
            LOG.debug("The submitter's pipe broke", e);
        }
        speaker.destroyForcibly();
        questions
                .values()
                .forEach(left -> left.answer()
                        .complete(SubmitterReply.failed("lost", "The submitter ended; its log is " + log + ".")));
    }

    private void hear(JsonNode message) {
        PendingRequest question = questions.get(message.path("id").asText());
        if (question == null) {
            return;
        }
        switch (message.path("event").asText()) {
            case "progress" ->
                question.progress()
                        .accept(new ClusterProgress(
                                message.path("stages").asInt(),
                                message.path("stages_complete").asInt(),
                                message.path("tasks").asInt(),
                                message.path("tasks_complete").asInt(),
                                message.path("bytes_read").asLong()));
            case "ended" ->
                end(
                        message,
                        new SubmitterReply("ended", "", message.path("version").asText(), machines(message)));
            default ->
                end(
                        message,
                        SubmitterReply.failed(
                                message.path("kind").asText(),
                                message.path("error").asText()));
        }
    }

    private static ClusterSize machines(JsonNode message) {
        return new ClusterSize(
                Optional.ofNullable(message.path("instance_type").textValue()),
                message.path("cluster_size").isInt()
                        ? Optional.of(message.path("cluster_size").asInt())
                        : Optional.empty());
    }

    private void end(JsonNode message, SubmitterReply answer) {
        PendingRequest ended = questions.remove(message.path("id").asText());
        if (ended != null) {
            ended.answer().complete(answer);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (process != null) {
            try {
                process.getOutputStream().close();
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
