package dev.nerium.observe.lineage;

import dev.nerium.config.Build;
import dev.nerium.config.LineageConfig;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.Lake;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.observe.RunObserver;
import dev.nerium.observe.events.RunEventTable;
import dev.nerium.run.Run;
import dev.nerium.run.RunFacts.Output;
import dev.nerium.run.Runs;
import dev.nerium.store.RecurringTasks;
import dev.nerium.store.StateStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All of lineage: the store, the graph, the transports, and the observer that fills them. Thread-safe. */
public final class Lineage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lineage.class);
    private static final Duration FORGET = Duration.ofHours(1);

    /** Interval at which it is checked whether it is time to remove old events. */
    private static final Duration CHECK = Duration.ofMinutes(1);

    private static final Duration FIRST_CHECK = Duration.ofSeconds(1);
    private static final Duration LOOK_BACK = Duration.ofSeconds(5);

    private final LineageConfig config;
    private final Lake lake;
    private final Clock clock;
    private final RunEventTable runEvents;
    private final LineageStore store;
    private final LineageGraph graph;
    private final ColumnEdges columns;
    private final Transports transports;
    private final RecurringTasks tasks;
    private final ScheduledExecutorService tidying = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("lineage-tidying").daemon().factory());

    private Lineage(
            LineageConfig config,
            Lake lake,
            StateStore state,
            RunEventTable runEvents,
            Transports transports,
            LineageStore store,
            Clock clock) {
        this.config = config;
        this.lake = lake;
        this.clock = clock;
        this.runEvents = runEvents;
        this.store = store;
        this.graph = new LineageGraph(state, clock);
        this.columns = new ColumnEdges(state);
        this.transports = transports;
        this.tasks = new RecurringTasks(state, clock);
    }

    public static Lineage open(LineageConfig config, Lake lake, StateStore state, Runs runs, Clock clock) {
        EventIds ids = new EventIds(clock);
        RunEventTable runEvents = new RunEventTable(state, runs.server(), clock);
        Transports transports = Transports.open(config.openlineageConfig(), state, runEvents, ids);
        LineageStore store = new LineageStore(state, runs, runEvents, ids, clock);
        Lineage lineage = new Lineage(config, lake, state, runEvents, transports, store, clock);
        var _ = lineage.tidying.scheduleWithFixedDelay(
                lineage::forget, FIRST_CHECK.toMillis(), CHECK.toMillis(), TimeUnit.MILLISECONDS);
        var _ = lineage.tidying.scheduleWithFixedDelay(
                lineage::lookBack, LOOK_BACK.toMillis(), LOOK_BACK.toMillis(), TimeUnit.MILLISECONDS);
        return lineage;
    }

    /**
     * @param readable whether the key of a run may read a table
     * @param listener called with each event of a run
     */
    public RunObserver observer(BiPredicate<Run, TableName> readable, Consumer<LineageEvent> listener) {
        Facets facets = new Facets("urn:nerium:" + Build.read().version());
        TableFacets tables = new TableFacets(facets, config.namespace(), lake::catalogType);
        RunEventJson events = new RunEventJson(
                facets.producer(),
                config.namespace(),
                facets,
                new InputFacets(facets, tables),
                new OutputFacets(facets, tables, this::written, readable));
        return new LineageObserver(events, store, clock, event -> {
            transports.wake();
            listener.accept(event);
        });
    }

    /** The table as a run left it; gone where others dropped it meanwhile, or removed that snapshot. */
    private Optional<PinnedTable> written(Output output) {
        try {
            TableReference table =
                    TableReference.current(TableBranch.parse(output.table(), "the output", lake.defaultCatalog())
                            .name());
            Long snapshot = output.snapshotId();
            return Optional.of(lake.pin(snapshot == null ? table : table.at(snapshot)));
        } catch (NeriumException e) {
            LOG.debug("The table {} can't be described", output.table(), e);
            return Optional.empty();
        }
    }

    /** The dataset that a table is: its files', where it is there, else the one that was called so. */
    public DatasetName dataset(TableName table) {
        try {
            return DatasetName.ofLocation(
                    lake.pin(TableReference.current(table)).location());
        } catch (NeriumException e) {
            return named(table);
        }
    }

    /** The dataset that is called as a table is. */
    public DatasetName named(TableName table) {
        return new DatasetName(namespace(), table.toString());
    }

    /** The namespace of the names of tables. */
    public String namespace() {
        return config.namespace();
    }

    public LineageStore store() {
        return store;
    }

    public LineageGraph graph() {
        return graph;
    }

    public ColumnEdges columns() {
        return columns;
    }

    private void forget() {
        try {
            tasks.runIfDue("lineage-retention", FORGET, () -> store.forget(config.retention()));
        } catch (RuntimeException e) {
            LOG.warn("Old lineage events can't be removed", e);
        }
    }

    private void lookBack() {
        try {
            graph.lookBack();
        } catch (RuntimeException e) {
            LOG.debug("New lineage events can't be read", e);
        }
    }

    @Override
    public void close() {
        tidying.shutdownNow();
        transports.close();
        runEvents.close();
    }
}
