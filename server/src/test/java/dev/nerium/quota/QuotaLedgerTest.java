package dev.nerium.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.run.NewRun;
import dev.nerium.run.RunEnd;
import dev.nerium.run.RunFacts;
import dev.nerium.run.RunIds;
import dev.nerium.run.RunOrigin;
import dev.nerium.run.Runs;
import dev.nerium.run.usage.DayUsage;
import dev.nerium.run.usage.RunUsage;
import dev.nerium.store.StateStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The count of what keys and groups use, over the records of a real database, at times that a test chooses. */
class QuotaLedgerTest {
    private static final Principal ADMIN = new Principal("admin", "admin", Scope.ADMIN, Set.of());
    private static final Principal ANN = new Principal("ann", "ann", Scope.WRITE, Set.of("analysts"));
    private static final Principal BOB = new Principal("bob", "bob", Scope.WRITE, Set.of("analysts", "weekend"));
    private static final Principal EVE = new Principal("eve", "eve", Scope.WRITE, Set.of("Analysts"));
    private static final LocalDate DAY = LocalDate.of(2026, 11, 30);

    @TempDir
    private Path home = Path.of("");

    private final SetClock clock = new SetClock();
    private final RunIds ids = new RunIds(Clock.systemUTC());
    private StateStore store;
    private Runs runs;
    private RunUsage usage;
    private Quotas quotas;
    private QuotaLedger ledger;

    /** A clock that stands still. */
    private static final class SetClock extends Clock {
        private Instant now = Instant.parse("2026-11-30T12:00:00Z");

        void set(String time) {
            now = Instant.parse(time);
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

    @BeforeEach
    void open() {
        store = StateStore.open(NeriumConfig.load(home, Map.of(), Map.of()).store(), home);
        begin();
    }

    private void begin() {
        runs = new Runs(store, "server", clock);
        usage = new RunUsage(store);
        quotas = new Quotas(store, clock);
        ledger = new QuotaLedger(quotas, usage, "server", Duration.ofHours(1), vcpus -> vcpus * 1000L, clock);
    }

    @AfterEach
    void close() {
        quotas.close();
        runs.close();
        store.close();
    }

    @Test
    void theMembersOfAGroupShareItsLimits() {
        quotas.set(QuotaSubject.group("analysts"), Map.of(QuotaLimit.CONCURRENT_RUNS, 2L), ADMIN);
        RunQuota first = admit(ANN);
        admit(BOB);

        assertThatThrownBy(() -> admit(ANN))
                .isInstanceOf(NeriumException.class)
                .hasMessage(
                        "The quota of the group 'analysts' is used up: concurrent_runs is 2, and the use is 2. Try again when a run has ended.");
        // The names of groups are compared exactly.
        admit(EVE);
        end(first, 0, 0);
        admit(BOB);
    }

    @Test
    void eachGroupOfAKeyLimitsIt() {
        quotas.set(QuotaSubject.group("analysts"), Map.of(QuotaLimit.CONCURRENT_VCPUS, 100L), ADMIN);
        quotas.set(QuotaSubject.group("weekend"), Map.of(QuotaLimit.CONCURRENT_MEMORY_BYTES, 3000L), ADMIN);
        admit(BOB);

        assertThatThrownBy(() -> admit(BOB)).hasMessageContaining("group 'weekend'");
        admit(ANN);
    }

    @RepeatedTest(5)
    void runsThatComeAtOnceAreNeverMoreThanTheLimit() {
        quotas.set(QuotaSubject.group("analysts"), Map.of(QuotaLimit.CONCURRENT_RUNS, 5L), ADMIN);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();

        IntStream.range(0, 200)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    try {
                        RunQuota run = admit(i % 2 == 0 ? ANN : BOB);
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        now.decrementAndGet();
                        end(run, 1, 1);
                    } catch (NeriumException e) {
                        refused.incrementAndGet();
                    }
                }))
                .toList()
                .forEach(CompletableFuture::join);

        assertThat(most.get()).isBetween(1, 5);
        DayUsage all = usage.days(DAY, DAY.plusDays(1), Optional.empty()).stream()
                .reduce((one, other) -> one.runs() > other.runs() ? one : other)
                .orElseThrow();
        assertThat(all.groups()).contains("analysts");
        long runsOfAll = usage.days(DAY, DAY.plusDays(1), Optional.empty()).stream()
                .mapToLong(DayUsage::runs)
                .sum();
        assertThat(runsOfAll + refused.get()).isEqualTo(200);
    }

    @Test
    void theBytesOfADayAreSharedAndSurviveARestart() {
        quotas.set(QuotaSubject.group("analysts"), Map.of(QuotaLimit.BYTES_READ_PER_DAY, 1000L), ADMIN);
        end(admit(ANN), 0, 600);
        RunQuota open = admit(BOB);
        open.read(300);

        assertThatThrownBy(() -> admit(ANN).read(200)).hasMessageContaining("the use is 900");
        end(open, 0, 300);
        quotas.close();
        runs.close();
        begin();
        admit(ANN).read(100);
        assertThatThrownBy(() -> admit(BOB))
                .hasMessageContaining("bytes_read_per_day is 1000, and the use is 1000. Try again after 2026-12-01");
        clock.set("2026-12-01T00:00:00Z");
        admit(BOB).read(1000);
    }

    @Test
    void aRunAcrossMidnightBelongsToTheDayOnWhichItWasAccepted() {
        quotas.set(QuotaSubject.key("ann"), Map.of(QuotaLimit.RUN_SECONDS_PER_DAY, 100L), ADMIN);
        clock.set("2026-11-30T23:59:50Z");
        RunQuota late = admit(ANN);
        assertThat(late.timeLimit(Duration.ofHours(1))).isEqualTo(Duration.ofSeconds(100));
        clock.set("2026-12-01T00:01:30Z");

        end(late, 100, 0);

        assertThat(admit(ANN).timeLimit(Duration.ofHours(1))).isEqualTo(Duration.ofSeconds(100));
        List<DayUsage> days = usage.days(DAY.minusDays(3), DAY.plusDays(3), Optional.of("ann"));
        assertThat(days).extracting(DayUsage::day).containsExactly(DAY);
        assertThat(days).extracting(DayUsage::runMillis).containsExactly(100_000L);
        clock.set("2026-11-30T23:59:59Z");
        assertThatThrownBy(() -> admit(ANN))
                .hasMessageContaining("run_seconds_per_day is 100, and the use is 100.")
                .satisfies(e -> assertThat(
                                ((NeriumException) e).retry().orElseThrow().after())
                        .isEqualTo(Duration.ofSeconds(2)));
    }

    @Test
    void runsThatWereUnderWayWhenAQuotaIsSetCount() {
        RunQuota open = admit(ANN);
        quotas.set(QuotaSubject.key("ann"), Map.of(QuotaLimit.CONCURRENT_RUNS, 1L), ADMIN);

        assertThatThrownBy(() -> admit(ANN)).hasMessageContaining("the use is 1");
        end(open, 0, 0);
        admit(ANN);
    }

    @Test
    void aRunWhoseRecordCanNotBeWrittenIsNotCounted() {
        quotas.set(QuotaSubject.DEFAULT, Map.of(QuotaLimit.CONCURRENT_RUNS, 1L), ADMIN);
        RunQuota failing = ledger.of(ids.next(), ANN, 2);

        assertThatThrownBy(() -> failing.admit(false, _ -> {
                    throw new NeriumException(ErrorCode.STATE_STORE_UNAVAILABLE, "no");
                }))
                .hasMessage("no");

        admit(ANN);
        // Each key has the default limit for itself.
        admit(BOB);
        assertThatThrownBy(() -> admit(ANN)).hasMessageContaining("key 'ann' (the default)");
    }

    private RunQuota admit(Principal principal) {
        RunQuota run = ledger.of(ids.next(), principal, 2);
        run.admit(
                false,
                _ -> runs.queue(new NewRun(
                        run.id(),
                        new NewRun.Owner(principal.keyId(), principal.name(), principal.groups()),
                        new NewRun.What("query", "SELECT 1", Map.of()),
                        new NewRun.Where("local", 2),
                        Optional.empty(),
                        Optional.empty(),
                        RunOrigin.UNKNOWN,
                        true)));
        runs.start(run.id(), clock.instant());
        return run;
    }

    private void end(RunQuota run, long seconds, long bytes) {
        run.ending();
        RunFacts.Scan scan = new RunFacts.Scan("t", 1L, 1, 0L, 1, bytes, null, null, null, null, null, null, 0);
        RunFacts none = RunFacts.NONE;
        RunFacts facts = new RunFacts(
                none.versions(),
                List.of(),
                List.of(),
                List.of(scan),
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                Map.of(),
                null);
        runs.end(run.id(), RunEnd.complete(OptionalLong.of(1), facts, ""));
        run.ended(Duration.ofSeconds(seconds), bytes);
    }
}
