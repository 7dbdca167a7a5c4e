package dev.nerium.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nerium.config.NeriumConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.store.StateStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose record is written once, as another reader of the database sees them. */
class DeferredRunsTest {
    private static final String SECRET = "value-of-a-parameter";

    @TempDir
    private Path home = Path.of("");

    private final UUID id = new RunIds(Clock.systemUTC()).next();
    private StateStore store;
    private Runs runs;
    private Runs reader;

    @BeforeEach
    void open() {
        store = StateStore.open(NeriumConfig.load(home, Map.of(), Map.of()).store(), home);
        runs = new Runs(store, "server", Clock.systemUTC());
        reader = new Runs(store, "server", Clock.systemUTC());
    }

    @AfterEach
    void close() {
        runs.close();
        reader.close();
        store.close();
    }

    @Test
    void aShortRunIsWrittenAtItsEndAsIfEachStateHadBeenWritten() {
        Instant scheduled = Instant.ofEpochMilli(1_700_000_000_000L);
        UUID other = new RunIds(Clock.systemUTC()).next();
        runs.queue(run(other, false));
        runs.start(other, scheduled);
        runs.end(other, complete());

        runs.queue(run(id, true));
        runs.start(id, scheduled);
        assertThat(reader.find(id)).isEmpty();
        runs.end(id, complete());

        Run once = reader.find(id).orElseThrow();
        Run stepwise = reader.find(other).orElseThrow();
        assertThat(once)
                .usingRecursiveComparison()
                .ignoringFields("id", "times.queued", "times.started", "times.ended")
                .isEqualTo(stepwise);
        assertThat(once.state()).isEqualTo(RunState.COMPLETE);
        assertThat(once.times().started()).isPresent();
        assertThat(once.times().ended()).isPresent();
        assertThat(reader.log(id)).contains("the output");
    }

    @Test
    void aRunThatTakesAWhileIsWrittenMeanwhile() {
        runs.queue(run(id, true));

        await().untilAsserted(() -> assertThat(reader.find(id).map(Run::state)).contains(RunState.QUEUED));
        runs.start(id, Instant.now());
        assertThat(reader.find(id).map(Run::state)).contains(RunState.RUNNING);
        runs.end(id, complete());
        assertThat(reader.find(id).map(Run::state)).contains(RunState.COMPLETE);
    }

    @Test
    void aRunThatSomeoneAsksForIsWrittenAtOnce() {
        runs.queue(run(id, true));

        assertThat(runs.find(id).map(Run::state)).contains(RunState.QUEUED);
        assertThat(reader.find(id)).isPresent();
    }

    @Test
    void aRunWhoseRecordCantBeWrittenFailsAndIsRecordedLater() {
        runs.queue(run(id, true));
        rename("run", "run_elsewhere");

        assertThatThrownBy(() -> runs.end(id, complete()))
                .isInstanceOfSatisfying(
                        NeriumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STATE_STORE_UNAVAILABLE));
        runs.end(id, RunEnd.failed(NeriumException.invalid("no"), RunFacts.NONE, ""));
        rename("run_elsewhere", "run");

        await().untilAsserted(() -> assertThat(reader.find(id).map(Run::state)).contains(RunState.FAIL));
    }

    @Test
    void aServerThatStopsWritesWhatItHas() {
        runs.queue(run(id, true));

        runs.close();

        assertThat(reader.find(id)).isPresent();
    }

    private void rename(String from, String to) {
        var _ = store.change(handle -> handle.execute("alter table " + from + " rename to " + to));
    }

    private static RunEnd complete() {
        return RunEnd.complete(OptionalLong.of(3), RunFacts.NONE, "the output");
    }

    private static NewRun run(UUID id, boolean recordedAtEnd) {
        return new NewRun(
                id,
                new NewRun.Owner("key", "name"),
                new NewRun.What("query", "select 1", Map.of("token", SECRET)),
                new NewRun.Where("local", 2),
                Optional.empty(),
                Optional.of(new NewRun.Request("{}", Optional.empty())),
                RunOrigin.UNKNOWN,
                recordedAtEnd);
    }
}
