import dev.nerium.config.NeriumConfig;
import dev.nerium.lake.Lake;
import dev.nerium.lake.io.Relocation;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.observe.ObservedRun;
import dev.nerium.observe.ReadTable;
import dev.nerium.observe.RunObserver;
import dev.nerium.observe.lineage.Lineage;
import dev.nerium.run.NewRun;
import dev.nerium.run.Run;
import dev.nerium.run.RunEnd;
import dev.nerium.run.RunIds;
import dev.nerium.run.RunOrigin;
import dev.nerium.run.Runs;
import dev.nerium.run.ServerRegistry;
import dev.nerium.store.StateStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Fills a home with the records and events of many runs, by the server's own classes. {@code History.java HOME RUN RUNS DAYS}
 * repeats a recorded run of the home, with a thousand different statements, over the last days.
 */
final class History {
    private static final int STATEMENTS = 1000;

    private final Runs runs;
    private final RunObserver observer;
    private final List<ReadTable> inputs;
    private final Run template;
    private final PastClock clock;
    private final RunIds ids;

    private History(Runs runs, RunObserver observer, List<ReadTable> inputs, Run template, PastClock clock) {
        this.runs = runs;
        this.observer = observer;
        this.inputs = inputs;
        this.template = template;
        this.clock = clock;
        this.ids = new RunIds(clock);
    }

    public static void main(String[] arguments) throws IOException {
        Path home = Path.of(arguments[0]);
        int count = Integer.parseInt(arguments[2]);
        Duration past = Duration.ofDays(Long.parseLong(arguments[3]));
        PastClock clock = new PastClock(Instant.now().minus(past), past.dividedBy(count));
        NeriumConfig config = NeriumConfig.load(home, Map.of(), Map.of());
        try (StateStore store = StateStore.open(config.store(), home);
                Lake lake = new Lake(config.lake(), Map.of(), Relocation.at(home));
                Runs runs = new Runs(store, ServerRegistry.id(home), clock);
                Lineage lineage = Lineage.open(config.lineage(), lake, store, runs, clock)) {
            TableName flowers = TableName.parse("default.flowers", "the table", lake.defaultCatalog());
            RunObserver observer = lineage.observer((run, table) -> true, event -> {});
            Run template = runs.find(UUID.fromString(arguments[1])).orElseThrow();
            History history = new History(
                    runs, observer, List.of(new ReadTable(flowers.toString(), lake.pin(TableReference.current(flowers)))), template, clock);
            for (int i = 0; i < count; i++) {
                history.run(i);
            }
            observer.flush();
        }
    }

    private void run(int number) {
        clock.step();
        UUID id = ids.next();
        String sql = template.what().code() + " -- " + number % STATEMENTS;
        Run queued = runs.queue(new NewRun(
                id,
                template.owner(),
                new NewRun.What("query", sql, Map.of()),
                template.where(),
                Optional.empty(),
                template.request().map(body -> new NewRun.Request(body, Optional.empty())),
                RunOrigin.UNKNOWN,
                true));
        observer.started(observed(queued));
        Instant started = runs.start(id, clock.instant());
        RunEnd end = RunEnd.complete(template.rowCount(), template.facts(), "");
        Instant ended = runs.end(id, end);
        observer.ended(observed(queued.running(started, started).ended(end, ended)));
    }

    private ObservedRun observed(Run run) {
        return new ObservedRun(run, RunOrigin.UNKNOWN, List.of(), inputs, List.of(), clock.instant(), "");
    }

    /** A clock that goes through the past in equal steps. */
    private static final class PastClock extends Clock {
        private final Duration step;
        private volatile Instant now;

        PastClock(Instant start, Duration step) {
            this.now = start;
            this.step = step;
        }

        void step() {
            now = now.plus(step);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
