package dev.nerium.observe.telemetry;

import dev.nerium.config.TelemetryConfig;
import dev.nerium.lake.system.SystemTable;
import dev.nerium.lake.write.CommitOutcome;
import dev.nerium.lake.write.CommitOutcome.Committed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows on their way into one table. Rows come from any thread, and are written by one. */
final class TableFeed {
    private static final Logger LOG = LoggerFactory.getLogger(TableFeed.class);

    /** Characters that wait at most: where the lake takes none for long, what comes later is dropped. */
    private static final long MOST_TEXT = 32L << 20;

    private static final long BATCH_TEXT = 8L << 20;

    private final SystemTable table;
    private final TelemetryTable kind;
    private final int batchRows;
    private List<Map<String, Object>> waiting = new ArrayList<>();
    private long text;
    private long dropped;

    /** Rows that were taken out to be written, and are not yet in the table for certain. */
    private @Nullable RowBatch batch;

    /** @param id the same at each attempt, so that what landed is not written again */
    private record RowBatch(UUID id, List<Map<String, Object>> rows, long text) {}

    TableFeed(TelemetryTable kind, SystemTable table, TelemetryConfig config) {
        this.kind = kind;
        this.table = table;
        this.batchRows = config.batchRows();
    }

    SystemTable table() {
        return table;
    }

    TelemetryTable kind() {
        return kind;
    }

    /** Returns whether there is a batch to write. */
    synchronized boolean add(TelemetryRow row) {
        Map<String, Object> values = row.values();
        long length = length(values);
        long before = batch == null ? 0 : batch.text();
        if (before + text + length > MOST_TEXT) {
            dropped++;
            return true;
        }
        waiting.add(values);
        text += length;
        return waiting.size() >= batchRows || text >= BATCH_TEXT;
    }

    synchronized long dropped() {
        return dropped;
    }

    synchronized int queueSize() {
        return waiting.size() + (batch == null ? 0 : batch.rows().size());
    }

    /** Writes what waits; a batch that can't be written now stays for the next time. */
    void flush() {
        next().ifPresent(this::write);
    }

    private void write(RowBatch rows) {
        try {
            CommitOutcome outcome = table.append(rows.rows(), rows.id());
            if (outcome instanceof Committed) {
                written();
            } else {
                LOG.warn("Rows for telemetry.{} are not written yet: {}", kind.text(), outcome);
            }
        } catch (RuntimeException e) {
            LOG.warn("Rows for telemetry.{} can't be written yet", kind.text(), e);
        }
    }

    private synchronized Optional<RowBatch> next() {
        if (batch == null && !waiting.isEmpty()) {
            batch = new RowBatch(UUID.randomUUID(), waiting, text);
            waiting = new ArrayList<>();
            text = 0;
        }
        return Optional.ofNullable(batch);
    }

    private synchronized void written() {
        batch = null;
    }

    private static long length(Object value) {
        return switch (value) {
            case String string -> string.length();
            case Map<?, ?> struct ->
                struct.values().stream().mapToLong(TableFeed::length).sum() + 64;
            case List<?> list -> list.stream().mapToLong(TableFeed::length).sum();
            default -> 16;
        };
    }
}
