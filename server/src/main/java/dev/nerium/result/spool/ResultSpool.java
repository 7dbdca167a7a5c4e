package dev.nerium.result.spool;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.config.ResultsConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Results that are fetched after their run, each in a folder of its own: a page per file, and a manifest, whose time determines the
 * expiry. Results that are too old, or over the size limit, are deleted, the oldest first. Thread-safe.
 */
public final class ResultSpool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ResultSpool.class);
    private static final String MANIFEST = "result.json";

    /** The manifest of a result whose rows are about to be committed to a table. */
    private static final String PREPARED = "prepared.json";

    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(10);
    private static final Duration LONGEST_COMMIT = Duration.ofHours(1);

    private final Path folder;
    private final ResultsConfig config;
    private final Clock clock;
    private final ObjectMapper json = new ObjectMapper();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("kept-results").daemon().factory());

    private ResultSpool(Path folder, ResultsConfig config, Clock clock) {
        this.folder = folder;
        this.config = config;
        this.clock = clock;
    }

    /** Opens the folder; what a killed server did not finish keeping is removed. */
    public static ResultSpool open(Path folder, ResultsConfig config, Clock clock) throws IOException {
        Files.createDirectories(folder);
        // Owner-only permissions: access is decided by the API, not by file permissions.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        ResultSpool results = new ResultSpool(folder, config, clock);
        for (Path unfinished : list(folder)) {
            if (!Files.exists(unfinished.resolve(MANIFEST)) && !Files.exists(unfinished.resolve(PREPARED))) {
                delete(unfinished);
            }
        }
        var _ = results.sweeper.scheduleWithFixedDelay(
                results::sweep, 0, SWEEP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return results;
    }

    /**
     * A kept result.
     *
     * @param manifest what its keeper wrote
     * @param pages Arrow IPC streams, in order
     */
    public record SpooledResult(ObjectNode manifest, List<Path> pages, Instant until) {
        public SpooledResult {
            pages = List.copyOf(pages);
        }
    }

    /** A result that is being kept: nobody finds it before it is {@link #publish published}. */
    public final class SpoolWriter {
        private final Path target;
        private int pages;

        private SpoolWriter(Path target) {
            this.target = target;
        }

        /** Moves a page here. */
        public void add(Path page) throws IOException {
            Path place = nextPage();
            try {
                Files.move(page, place, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(page, place);
            }
        }

        public void add(byte[] page) throws IOException {
            Files.write(nextPage(), page);
        }

        /** The pages so far. */
        public List<Path> pages() {
            List<Path> paths = new ArrayList<>();
            for (int i = 0; i < pages; i++) {
                paths.add(page(target, i));
            }
            return paths;
        }

        /** Leaves word of what is about to be committed: should the server die, the next one publishes it, or nobody. */
        public void prepare(ObjectNode manifest) throws IOException {
            write(target, PREPARED, manifest.put("pages", pages));
        }

        public void publish(ObjectNode manifest) throws IOException {
            write(target, MANIFEST, manifest.put("pages", pages));
            Files.deleteIfExists(target.resolve(PREPARED));
        }

        /** Gives up what can't become a result. */
        public void discard() {
            delete(target);
        }

        private Path nextPage() {
            return page(target, pages++);
        }
    }

    /** The response that an earlier server had prepared for a run and did not publish. */
    public Optional<ObjectNode> prepared(UUID run) throws IOException {
        Path file = folder.resolve(run.toString()).resolve(PREPARED);
        return Files.exists(file) ? Optional.of((ObjectNode) json.readTree(file.toFile())) : Optional.empty();
    }

    /** Makes found what an earlier server had prepared. */
    public void publish(UUID run, ObjectNode manifest) throws IOException {
        Path target = folder.resolve(run.toString());
        write(target, MANIFEST, manifest);
        Files.deleteIfExists(target.resolve(PREPARED));
    }

    private void write(Path target, String name, ObjectNode manifest) throws IOException {
        Path part = target.resolve(name + ".part");
        Files.write(part, json.writeValueAsBytes(manifest));
        Files.move(part, target.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    public SpoolWriter draft(UUID run) throws IOException {
        Path target = folder.resolve(run.toString());
        Files.createDirectories(target);
        return new SpoolWriter(target);
    }

    /** The result of a run, while it is kept. */
    public Optional<SpooledResult> find(UUID run) {
        Path target = folder.resolve(run.toString());
        try {
            Instant until = until(target);
            if (until.isBefore(clock.instant())) {
                return Optional.empty();
            }
            ObjectNode manifest =
                    (ObjectNode) json.readTree(target.resolve(MANIFEST).toFile());
            List<Path> pages = new ArrayList<>();
            for (int i = 0; i < manifest.path("pages").asInt(); i++) {
                pages.add(page(target, i));
            }
            return Optional.of(new SpooledResult(manifest, pages, until));
        } catch (NoSuchFileException | java.io.FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("The result of the run " + run + " can't be read", e);
        }
    }

    private static Path page(Path target, int number) {
        return target.resolve(number + ".arrow");
    }

    private Instant until(Path target) throws IOException {
        return Files.getLastModifiedTime(target.resolve(MANIFEST)).toInstant().plus(config.retention());
    }

    private record Old(Path folder, Instant until, long bytes) {}

    private void sweep() {
        try {
            List<Old> kept = new ArrayList<>();
            for (Path target : list(folder)) {
                if (Files.exists(target.resolve(MANIFEST))) {
                    kept.add(new Old(target, until(target), bytes(target)));
                } else if (isForgotten(target.resolve(PREPARED))) {
                    delete(target);
                }
            }
            kept.sort(Comparator.comparing(Old::until));
            long bytes = kept.stream().mapToLong(Old::bytes).sum();
            for (Old old : kept) {
                if (old.until().isBefore(clock.instant())
                        || bytes > config.maxStoredBytes().bytes()) {
                    delete(old.folder());
                    bytes -= old.bytes();
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("Old results can't be removed", e);
        }
    }

    /** Nobody asked for it, for as long as results are kept, and for as long as a commit may take. */
    private boolean isForgotten(Path prepared) throws IOException {
        return Files.exists(prepared)
                && Files.getLastModifiedTime(prepared)
                        .toInstant()
                        .plus(config.retention())
                        .plus(LONGEST_COMMIT)
                        .isBefore(clock.instant());
    }

    private static long bytes(Path target) throws IOException {
        long bytes = 0;
        for (Path file : list(target)) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    /** The manifest goes first, so that no half of a result is found. */
    private static void delete(Path target) {
        try {
            Files.deleteIfExists(target.resolve(MANIFEST));
            for (Path file : list(target)) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(target);
        } catch (IOException e) {
            LOG.warn("The result in {} can't be removed", target, e);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
    }
}
