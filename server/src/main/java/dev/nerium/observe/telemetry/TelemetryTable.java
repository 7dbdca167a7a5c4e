package dev.nerium.observe.telemetry;

import dev.nerium.lake.table.PinnedTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/** The tables of the namespace {@code telemetry}. */
public enum TelemetryTable {
    RUN_EVENTS("event_time"),
    TRACES("start_time"),
    LOGS("time"),
    RUNS("ended_at"),
    TABLE_READS("time"),
    TABLES("observed_at"),
    USAGE("observed_at");

    /** The column with the key of a row's run. */
    static final String KEY_ID = PinnedTable.KEY_COLUMN;

    private final String time;

    TelemetryTable(String time) {
        this.time = time;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The column by whose days it is partitioned. */
    String time() {
        return time;
    }

    /** Iceberg schema JSON. */
    String schemaJson() {
        return schemaJson(text());
    }

    /** Iceberg schema JSON of the table with that name. */
    static String schemaJson(String name) {
        String resource = "/telemetry/" + name + ".json";
        try (InputStream in = TelemetryTable.class.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
