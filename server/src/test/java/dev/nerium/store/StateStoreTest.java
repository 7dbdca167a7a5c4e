package dev.nerium.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.config.NeriumConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The state database on its disk. */
class StateStoreTest {
    private static final long LOG_LIMIT = 16L << 20;

    @TempDir
    private Path home;

    @Test
    void theLogStaysSmallWhileOthersAlwaysRead() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        try (StateStore store = open()) {
            List<Thread> readers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                readers.add(Thread.startVirtualThread(() -> readUntil(store, stop)));
            }
            fill(store, 40);
            stop.set(true);
            for (Thread reader : readers) {
                reader.join();
            }

            await().until(() -> logBytes() <= LOG_LIMIT);
        }
    }

    private void readUntil(StateStore store, AtomicBoolean stop) {
        while (!stop.get()) {
            store.with(handle -> handle.createQuery("select max(last_event) from lineage_transport")
                    .mapTo(String.class)
                    .findOne());
        }
    }

    /** Writes so many MiB. */
    private static void fill(StateStore store, int mebibytes) {
        String text = "x".repeat(1 << 20);
        for (int i = 0; i < mebibytes; i++) {
            int number = i;
            var _ = store.change(handle -> handle.execute(
                    "insert into lineage_transport (server, name, last_event) values (?, 'a', ?)",
                    "server" + number,
                    text));
        }
    }

    private long logBytes() {
        try {
            return Files.size(home.resolve("state.db-wal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRecurringTaskDoesNotBeginAnewWithEachStart() {
        Instant start = Instant.parse("2026-11-29T12:00:00Z");

        assertThat(runs(start)).isEqualTo(1);
        assertThat(runs(start.plusSeconds(1))).isZero();
        assertThat(runs(start.plus(Duration.ofMinutes(59)))).isZero();
        assertThat(runs(start.plus(Duration.ofHours(1)))).isEqualTo(1);
        assertThat(runs(start.plus(Duration.ofMinutes(61)))).isZero();
        assertThat(runs(start.minus(Duration.ofDays(1)))).isEqualTo(1);
    }

    /** How often an hourly task runs on a start at that time. */
    private int runs(Instant time) {
        List<Instant> runs = new ArrayList<>();
        try (StateStore store = open()) {
            RecurringTasks tasks = new RecurringTasks(store, Clock.fixed(time, ZoneOffset.UTC));
            tasks.runIfDue("task", Duration.ofHours(1), () -> runs.add(time));
            tasks.runIfDue("task", Duration.ofHours(1), () -> runs.add(time));
        }
        return runs.size();
    }

    private StateStore open() {
        return StateStore.open(NeriumConfig.load(home, Map.of(), Map.of()).store(), home);
    }

    @ParameterizedTest
    @CsvSource({"'',''", "'',abc", "abcabcabcabd,abcabcabcabc", "äöü€,''"})
    void aCompressedTextIsReadAgain(String text, String dictionary) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] known = dictionary.getBytes(StandardCharsets.UTF_8);

        assertThat(Compression.decompress(Compression.compress(bytes, known), known))
                .isEqualTo(bytes);
    }

    @Test
    void aLongTextIsCompressedByTheEndOfALongDictionary() {
        byte[] dictionary = new byte[Compression.LONGEST_DICTIONARY];
        new java.util.Random(7).nextBytes(dictionary);
        byte[] text = new byte[100_000];
        System.arraycopy(dictionary, 1000, text, 0, dictionary.length - 1000);

        byte[] compressed = Compression.compress(text, dictionary);

        assertThat(compressed.length).isLessThan(1000);
        assertThat(Compression.decompress(compressed, dictionary)).isEqualTo(text);
    }
}
