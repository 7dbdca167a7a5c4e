package dev.nerium.observe.metrics;

import dev.nerium.observe.ObservedReply;
import dev.nerium.observe.ObservedRun;
import dev.nerium.observe.RunObserver;
import dev.nerium.run.CacheOutcome;
import dev.nerium.run.Run;
import dev.nerium.run.RunFacts;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Times, sizes and outcomes of runs. */
public final class RunMetrics implements RunObserver {
    /** Buckets of durations: from the fastest responses to the longest runs. */
    static final double[] SECONDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200};

    private static final String MODE = "mode";
    private static final double MICROS = 1e6;

    private final Counter runs;
    private final Histogram queued;
    private final Histogram executed;
    private final Histogram total;
    private final Histogram encoded;
    private final Counter rows;
    private final Counter bytes;
    private final Counter cache;

    RunMetrics(PrometheusRegistry registry) {
        this.runs = Counter.builder()
                .name("nerium_runs_total")
                .help("Runs that ended")
                .labelNames(MODE, "state")
                .register(registry);
        this.queued = histogram(registry, "nerium_run_queue_seconds", "Time that a run waited in the queue");
        this.executed = histogram(registry, "nerium_run_execute_seconds", "Time that a run executed in its worker");
        this.total = histogram(registry, "nerium_run_seconds", "Time from the request of a run to its end");
        this.encoded = Histogram.builder()
                .name("nerium_reply_seconds")
                .help("Time for writing the response of a run, at the speed of its client")
                .unit(Unit.SECONDS)
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .register(registry);
        this.rows = flow(
                registry,
                "nerium_run_rows_total",
                "Rows of files that runs read, of results, and of files that runs wrote");
        this.bytes = flow(
                registry,
                "nerium_run_bytes_total",
                "Bytes of files that runs read, of results, and of files that runs wrote");
        this.cache = Counter.builder()
                .name("nerium_result_cache_requests_total")
                .help("Runs whose result was in the result cache, and runs whose result was not")
                .labelNames("outcome")
                .register(registry);
    }

    private static Histogram histogram(PrometheusRegistry registry, String name, String help) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .unit(Unit.SECONDS)
                .labelNames(MODE)
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .register(registry);
    }

    private static Counter flow(PrometheusRegistry registry, String name, String help) {
        return Counter.builder().name(name).help(help).labelNames("flow").register(registry);
    }

    @Override
    public void started(ObservedRun run) {
        // It counts when it ended.
    }

    @Override
    public void ended(ObservedRun observed) {
        Run run = observed.run();
        String mode = run.what().mode();
        runs.labelValues(mode, run.state().name()).inc();
        run.times()
                .ended()
                .ifPresent(
                        end -> observe(total, mode, Duration.between(run.times().queued(), end)));
        run.times()
                .scheduled()
                .ifPresent(place ->
                        observe(queued, mode, Duration.between(run.times().queued(), place)));
        Long micros = run.facts().phases().get("execute");
        if (micros != null) {
            executed.labelValues(mode).observe(micros / MICROS);
        }
        count(run);
    }

    private void count(Run run) {
        RunFacts facts = run.facts();
        rows.labelValues("read").inc(facts.rowsIn());
        bytes.labelValues("read").inc(facts.bytesIn());
        run.rowCount().ifPresent(count -> rows.labelValues("result").inc(count));
        @Nullable Long result = facts.resultBytes();
        if (result != null) {
            bytes.labelValues("result").inc(result);
        }
        CacheOutcome cached = facts.cache();
        if (cached != null) {
            cache.labelValues(cached.text()).inc();
        }
        RunFacts.Output output = facts.output();
        if (output != null) {
            rows.labelValues("written").inc(output.rows());
            bytes.labelValues("written").inc(output.bytes());
        }
    }

    @Override
    public void replied(ObservedReply reply) {
        reply.writing().ifPresent(time -> encoded.observe(Unit.nanosToSeconds(time.toNanos())));
    }

    /** A clock that was set back makes no time negative. */
    private static void observe(Histogram histogram, String mode, Duration time) {
        histogram.labelValues(mode).observe(Math.max(0, Unit.nanosToSeconds(time.toNanos())));
    }
}
