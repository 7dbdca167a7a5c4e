package dev.nerium.observe.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.config.NeriumConfig;
import dev.nerium.store.Compression;
import dev.nerium.store.StateStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that share a database, each with dictionaries of its own. */
class RunEventTableTest {
    private static final UUID BEFORE_ALL = new UUID(0, 0);
    private static final UUID RUN = UUID.randomUUID();
    private static final int EVENTS = 40;

    @TempDir
    private Path home;

    private long lastId;

    @Test
    void eachServerFindsItsOwnEventsWithAndWithoutADictionary() {
        try (StateStore store = open();
                RunEventTable one = new RunEventTable(store, "one", Clock.systemUTC());
                RunEventTable two = new RunEventTable(store, "two", Clock.systemUTC());
                RunEventTable later = new RunEventTable(store, "two", Clock.systemUTC())) {
            List<StoredEvent> ofOne = new ArrayList<>();
            List<StoredEvent> ofTwo = new ArrayList<>();
            for (int i = 0; i < EVENTS; i++) {
                ofOne.add(insert(one, "one"));
                // A server also reports runs of one that is gone.
                ofOne.add(insert(two, "one"));
                ofTwo.add(insert(two, "two"));
            }

            assertThat(dictionaries(store)).containsExactly("one", "two");
            assertThat(one.after(BEFORE_ALL, 3 * EVENTS)).isEqualTo(ofOne);
            assertThat(later.after(BEFORE_ALL, 3 * EVENTS)).isEqualTo(ofTwo);
            assertThat(two.of(RUN)).hasSize(3 * EVENTS).containsAll(ofOne).containsAll(ofTwo);
            assertThat(one.of(List.of(ofTwo.getFirst().id(), ofTwo.getLast().id())))
                    .containsExactly(ofTwo.getFirst(), ofTwo.getLast());
        }
    }

    /** Versions before the column {@code codec} wrote dictionaries and events by DEFLATE. */
    @Test
    void eventsOfAnOlderVersionAreReadBesideNewOnes() {
        byte[] known = "{\"server\": \"one\", \"number\": ".getBytes(StandardCharsets.UTF_8);
        String older = "{\"server\": \"one\", \"number\": 1}";
        try (StateStore store = open();
                RunEventTable table = new RunEventTable(store, "one", Clock.systemUTC());
                RunEventTable later = new RunEventTable(store, "one", Clock.systemUTC())) {
            store.change(handle -> handle.execute(
                    "insert into lineage_dictionary (id, server, body) values (?, ?, ?)",
                    5,
                    "one",
                    Compression.compress(known, new byte[0])));
            store.change(handle -> handle.execute(
                    "insert into lineage_run_event (id, server, key_id, run_id, event_time, run_state, job_namespace,"
                            + " job_name, size_in_bytes, dictionary, body) values (?, '', 'key', ?, 1, 'START', 'jobs', 'job', ?, 5, ?)",
                    RunEventTable.bytes(new UUID(1, 1)),
                    RunEventTable.bytes(RUN),
                    older.length(),
                    Compression.compress(older.getBytes(StandardCharsets.UTF_8), known)));

            StoredEvent first = insert(table, "one");
            StoredEvent second = insert(later, "one");

            assertThat(later.of(RUN))
                    .containsExactly(new StoredEvent(new UUID(1, 1), "one", "key", older), first, second);
            List<String> codecs = store.with(handle -> handle.createQuery(
                            "select codec, replaced_at is null from lineage_dictionary order by codec")
                    .map((row, context) -> row.getString(1) + " " + row.getBoolean(2))
                    .list());
            assertThat(codecs).containsExactly("deflate false", "zstd true");
        }
    }

    private StateStore open() {
        return StateStore.open(NeriumConfig.load(home, Map.of(), Map.of()).store(), home);
    }

    private static List<String> dictionaries(StateStore store) {
        return store.with(handle -> handle.createQuery("select distinct server from lineage_dictionary order by server")
                .mapTo(String.class)
                .list());
    }

    private StoredEvent insert(RunEventTable table, String server) {
        lastId += Duration.ofSeconds(1).toMillis();
        UUID id = new UUID(lastId << 16, 0);
        Instant time = Instant.ofEpochMilli(lastId);
        String text = "{\"server\": \"%s\", \"number\": %s}".formatted(server, UUID.randomUUID());
        table.insert(List.of(new RunEvent(id, server, "key", RUN, time, "START", "jobs", "job", text)), _ -> {});
        return new StoredEvent(id, server, "key", text);
    }
}
