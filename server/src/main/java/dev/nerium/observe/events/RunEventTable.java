package dev.nerium.observe.events;

import dev.nerium.observe.events.EventDictionary.Codec;
import dev.nerium.store.Compression;
import dev.nerium.store.StateStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The events of Nerium's own runs, compressed. Thread-safe. */
public final class RunEventTable implements AutoCloseable {
    private static final int MOST_DICTIONARIES = 64;

    /** An event without a server is of the server of its dictionary: the id of a server is longer than some events. */
    private static final String READ =
            "select e.id, coalesce(nullif(e.server, ''), d.server) as server, e.key_id, e.dictionary, e.body"
                    + " from lineage_run_event e left join lineage_dictionary d on d.id = e.dictionary where ";

    private final StateStore store;
    private final String server;
    private final Clock clock;
    private final Map<Long, EventDictionary> dictionaries = new LinkedHashMap<>();

    /** Guarded by this. */
    private Optional<EventCompressor> compressor = Optional.empty();

    private boolean dictionaryIsStored = true;

    /** @param server whose runs they are */
    public RunEventTable(StateStore store, String server, Clock clock) {
        this.store = store;
        this.server = server;
        this.clock = clock;
    }

    /** The server whose runs they are. */
    public String server() {
        return server;
    }

    /** A compressed event. */
    private static final class Packed {
        private final RunEvent event;
        private final byte[] text;
        private final byte[] compressed;

        Packed(RunEvent event, EventCompressor compressor) {
            this.event = event;
            this.text = event.text().getBytes(StandardCharsets.UTF_8);
            this.compressed = compressor.compress(text);
        }
    }

    /** Stores events in one transaction, together with what else belongs to them. */
    public synchronized void insert(List<RunEvent> events, Consumer<Handle> more) {
        EventCompressor current = compressor();
        EventDictionary dictionary = current.dictionary();
        List<Packed> packed =
                events.stream().map(event -> new Packed(event, current)).toList();
        var _ = store.inTransaction(handle -> {
            if (!dictionaryIsStored) {
                insert(handle, dictionary);
            }
            insert(handle, packed, dictionary);
            more.accept(handle);
            return true;
        });
        packed.forEach(event -> current.stored(event.text, event.compressed.length));
        dictionaryIsStored = !current.renew();
    }

    /** Continues with the last dictionary of an earlier start, or with its text if an older version made it. */
    private EventCompressor compressor() {
        if (compressor.isPresent()) {
            return compressor.get();
        }
        EventDictionary last = store.with(handle -> handle.createQuery(
                        "select id, codec, body from lineage_dictionary where server = ? and replaced_at is null")
                .bind(0, server)
                .map((row, context) -> dictionary(row))
                .findFirst()
                .orElse(EventDictionary.EMPTY));
        dictionaryIsStored = !last.isStored() || last.codec() == Codec.ZSTD;
        EventCompressor current = new EventCompressor(dictionaryIsStored ? last : last.with(new byte[0]));
        compressor = Optional.of(current);
        return current;
    }

    private void insert(Handle handle, EventDictionary dictionary) {
        handle.execute(
                "update lineage_dictionary set replaced_at = ? where server = ? and replaced_at is null",
                clock.millis(),
                server);
        handle.execute(
                "insert into lineage_dictionary (id, server, codec, body) values (?, ?, ?, ?)",
                dictionary.id(),
                server,
                dictionary.codec().name().toLowerCase(Locale.ROOT),
                dictionary.compressed());
    }

    private void insert(Handle handle, List<Packed> events, EventDictionary dictionary) {
        PreparedBatch batch = handle.prepareBatch(
                "insert into lineage_run_event (id, server, key_id, run_id, event_time, run_state, job_namespace, job_name,"
                        + " size_in_bytes, dictionary, body) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        for (Packed packed : events) {
            RunEvent event = packed.event;
            batch.add(
                    bytes(event.id()),
                    dictionary.isStored() && event.server().equals(server) ? "" : event.server(),
                    event.keyId(),
                    bytes(event.run()),
                    event.time().toEpochMilli(),
                    event.state(),
                    event.jobNamespace(),
                    event.jobName(),
                    packed.text.length,
                    dictionary.id(),
                    packed.compressed);
        }
        batch.execute();
    }

    /** All events of a run, in the order in which they came. */
    public List<StoredEvent> of(UUID run) {
        return store.with(handle -> handle.createQuery(READ + "e.run_id = ? order by e.id")
                .bind(0, bytes(run))
                .map((row, context) -> event(handle, row))
                .list());
    }

    /** The events with these ids, in any order. */
    public List<StoredEvent> of(List<UUID> ids) {
        List<StoredEvent> events = new ArrayList<>();
        var _ = store.with(handle -> {
            for (UUID id : ids) {
                handle.createQuery(READ + "e.id = ?")
                        .bind(0, bytes(id))
                        .map((row, context) -> event(handle, row))
                        .findFirst()
                        .ifPresent(events::add);
            }
            return true;
        });
        return events;
    }

    /** The first events of this server after one, in their order. */
    public List<StoredEvent> after(UUID last, int limit) {
        return store.with(handle -> handle.createQuery(
                        READ + "coalesce(nullif(e.server, ''), d.server) = ? and e.id > ? order by e.id limit " + limit)
                .bind(0, server)
                .bind(1, bytes(last))
                .map((row, context) -> event(handle, row))
                .list());
    }

    /** Deletes events that were stored before this, and dictionaries of which no event is left. */
    public void forget(Handle handle, Instant before) {
        // A retention of more than the years since 1970 keeps all.
        long millis = Math.max(0, before.toEpochMilli());
        handle.execute("delete from lineage_run_event where id < ?", (Object) bytes(new UUID(millis << 16, 0)));
        handle.execute("delete from lineage_dictionary where replaced_at < ?", before.toEpochMilli());
    }

    private StoredEvent event(Handle handle, ResultSet row) throws SQLException {
        return new StoredEvent(
                uuid(row.getBytes("id")),
                row.getString("server"),
                row.getString("key_id"),
                dictionary(handle, row.getLong("dictionary")).decompress(row.getBytes("body")));
    }

    private EventDictionary dictionary(Handle handle, long id) {
        if (id == EventDictionary.EMPTY.id()) {
            return EventDictionary.EMPTY;
        }
        synchronized (dictionaries) {
            if (dictionaries.size() >= MOST_DICTIONARIES) {
                dictionaries.clear();
            }
            return dictionaries.computeIfAbsent(
                    id,
                    unseen -> handle.createQuery("select id, codec, body from lineage_dictionary where id = ?")
                            .bind(0, unseen)
                            .map((row, context) -> dictionary(row))
                            .one());
        }
    }

    private static EventDictionary dictionary(ResultSet row) throws SQLException {
        return new EventDictionary(
                row.getLong("id"),
                Codec.valueOf(row.getString("codec").toUpperCase(Locale.ROOT)),
                Compression.decompress(row.getBytes("body"), new byte[0]));
    }

    /** In the order of these bytes, UUIDs of version 7 are in the order of their times. */
    public static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    public static UUID uuid(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    @Override
    public synchronized void close() {
        compressor.ifPresent(EventCompressor::close);
        compressor = Optional.empty();
    }
}
