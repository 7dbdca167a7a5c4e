import dev.nerium.config.NeriumConfig;
import dev.nerium.run.NewRun;
import dev.nerium.run.RunEnd;
import dev.nerium.run.RunFacts;
import dev.nerium.run.RunIds;
import dev.nerium.run.RunOrigin;
import dev.nerium.run.Runs;
import dev.nerium.store.StateStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Times what the record of a run costs it: queued, started and ended. {@code Records.java HOME RUNS}, which prints JSON. */
final class Records {
    private static final String SQL = "SELECT species, avg(sepal_length) AS a FROM flowers GROUP BY species ORDER BY a";
    private static final RunFacts FACTS = new RunFacts(
            Map.of("nerium", "1", "polars", "1", "python", "3"),
            List.of(new RunFacts.Input("oleander.default.flowers", 1L, null)),
            List.of(),
            List.of(new RunFacts.Scan("oleander.default.flowers", 1L, 1, 0L, 150, 4000, null, 0L, null, null, 1L, 0L, 900)),
            null,
            500L,
            null,
            3000L,
            1L << 26,
            null,
            List.of(),
            Map.of("resolve", 900L, "queue", 20L, "plan", 900L, "execute", 9000L),
            null);

    public static void main(String[] arguments) {
        Path home = Path.of(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        Clock clock = Clock.systemUTC();
        RunIds ids = new RunIds(clock);
        try (StateStore store = StateStore.open(NeriumConfig.load(home, Map.of(), Map.of()).store(), home)) {
            Runs runs = new Runs(store, "bench", clock);
            double[] micros = new double[count];
            for (int i = -count; i < count; i++) {
                long begun = System.nanoTime();
                record(runs, ids.next());
                if (i >= 0) {
                    micros[i] = (System.nanoTime() - begun) / 1e3;
                }
            }
            Arrays.sort(micros);
            System.out.printf(
                    "{\"p50_ms\": %.3f, \"p95_ms\": %.3f, \"p99_ms\": %.3f}%n",
                    micros[count / 2] / 1e3, micros[count * 95 / 100] / 1e3, micros[count * 99 / 100] / 1e3);
        }
    }

    private static void record(Runs runs, UUID id) {
        runs.queue(new NewRun(
                id,
                new NewRun.Owner("0123456789abcdef", "bench"),
                new NewRun.What("query", SQL, Map.of()),
                new NewRun.Where("bubblewrap", 2),
                Optional.empty(),
                Optional.of(new NewRun.Request("{\"mode\": \"query\", \"query\": \"" + SQL + "\"}", Optional.empty())),
                RunOrigin.UNKNOWN,
                false));
        runs.start(id, Instant.now());
        runs.end(id, RunEnd.complete(OptionalLong.of(3), FACTS, ""));
    }
}
