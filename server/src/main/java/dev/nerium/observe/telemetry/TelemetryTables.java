package dev.nerium.observe.telemetry;

import dev.nerium.config.TelemetryConfig;
import dev.nerium.lake.Lake;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.system.SystemTable;
import dev.nerium.run.Run;
import dev.nerium.store.RecurringTasks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tables of the namespace {@code telemetry}: rows are added from any thread, and written by one in the background. */
public final class TelemetryTables implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TelemetryTables.class);

    /** Until then, who reads a table finds the files of the snapshot that it began with. */
    private static final Duration SNAPSHOTS = Duration.ofHours(1);

    /** Longest time between two checks whether a task is due. */
    private static final Duration LONGEST_CHECK = Duration.ofMinutes(1);

    private static final Duration LAST_FLUSH = Duration.ofSeconds(30);

    private final Lake lake;
    private final TelemetryConfig config;
    private final RecurringTasks tasks;
    private final Clock clock;
    private final Map<TelemetryTable, TableFeed> feeds = new EnumMap<>(TelemetryTable.class);
    private final UsageSums usage = new UsageSums();
    private final AtomicBoolean flushing = new AtomicBoolean();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("telemetry-tables").daemon().factory());

    private TelemetryTables(Lake lake, TelemetryConfig config, RecurringTasks tasks, Clock clock) {
        this.lake = lake;
        this.config = config;
        this.tasks = tasks;
        this.clock = clock;
        for (TelemetryTable table : TelemetryTable.values()) {
            if (isKept(table)) {
                SystemTable records = lake.records(table.text(), table.schemaJson(), table.time());
                feeds.put(table, new TableFeed(table, records, config));
            }
        }
    }

    /**
     * Creates missing tables, and adds the key of each row to tables of older versions.
     *
     * @param server whose tables they are
     */
    public static TelemetryTables open(
            Lake lake, TelemetryConfig config, RecurringTasks tasks, String server, Clock clock) {
        TelemetryTables tables = new TelemetryTables(lake, config, tasks, clock);
        tables.feeds.values().forEach(feed -> feed.table().open());
        tables.repeat(tables::flush, config.flushInterval());
        tables.repeat("telemetry-tables " + server, config.tablesInterval(), tables::observe);
        tables.repeat("telemetry-maintenance " + server, config.maintenanceInterval(), tables::maintain);
        return tables;
    }

    boolean isKept(TelemetryTable table) {
        return switch (table) {
            case RUN_EVENTS -> config.runEvents();
            case TRACES -> config.traces();
            case LOGS -> config.logs();
            case RUNS -> config.runs();
            case TABLE_READS -> config.tableReads();
            case TABLES -> config.tables();
            case USAGE -> config.usage();
        };
    }

    /** Whether a table gets spans, which are not created without need. */
    public boolean keepsTraces() {
        return isKept(TelemetryTable.TRACES);
    }

    public boolean keepsLogs() {
        return isKept(TelemetryTable.LOGS);
    }

    private void repeat(Runnable task, Duration every) {
        long first = config.flushInterval().toMillis();
        var _ = thread.scheduleWithFixedDelay(task, first, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void repeat(String name, Duration every, Runnable task) {
        Duration check = every.compareTo(LONGEST_CHECK) < 0 ? every : LONGEST_CHECK;
        repeat(() -> runIfDue(name, every, task), check);
    }

    private void runIfDue(String name, Duration every, Runnable task) {
        try {
            tasks.runIfDue(name, every, task);
        } catch (RuntimeException e) {
            LOG.warn("The task {} failed", name, e);
        }
    }

    /** Adds a row, unless its table is switched off; where too many wait already, it is dropped and counted. */
    public void add(TelemetryRow row) {
        TableFeed feed = feeds.get(row.table());
        if (feed != null && feed.add(row) && flushing.compareAndSet(false, true)) {
            thread.execute(this::flush);
        }
    }

    /** Adds what a run that has ended used to the next row of its key and day. */
    void count(Run run) {
        usage.add(run);
    }

    /** Writes the rows that wait. */
    private void flush() {
        flushing.set(false);
        usage.take(clock.instant()).forEach(this::add);
        feeds.values().forEach(TableFeed::flush);
    }

    /** Puts small files together, and takes away what is too old. */
    private void maintain() {
        Instant now = clock.instant();
        for (TableFeed feed : feeds.values()) {
            SystemTable table = feed.table();
            try {
                table.compact();
                table.deleteBefore(now.minus(config.retention()));
                table.expireBefore(now.minus(SNAPSHOTS));
            } catch (RuntimeException e) {
                LOG.warn(
                        "Maintenance of the table telemetry.{} failed",
                        feed.kind().text(),
                        e);
            }
        }
    }

    /** Adds the current size of each table of the built-in catalog. */
    private void observe() {
        if (!isKept(TelemetryTable.TABLES)) {
            return;
        }
        Instant now = clock.instant();
        for (TableName name : lake.tables(lake.defaultCatalog())) {
            try {
                add(TableSizeRow.of(lake.pin(TableReference.current(name)), now));
            } catch (RuntimeException e) {
                LOG.debug("The size of the table {} is unknown", name, e);
            }
        }
    }

    /** Rows that are not written yet. */
    public int queueSize() {
        return feeds.values().stream().mapToInt(TableFeed::queueSize).sum();
    }

    /** Rows that came when too many waited. */
    public long dropped() {
        return feeds.values().stream().mapToLong(TableFeed::dropped).sum();
    }

    /** Writes what is left. */
    @Override
    public void close() {
        // Once for a batch that did not land, and once for what came after it.
        thread.execute(this::flush);
        thread.execute(this::flush);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LAST_FLUSH.toSeconds(), TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (queueSize() > 0) {
            LOG.error("{} rows of telemetry could not be written", queueSize());
        }
    }
}
