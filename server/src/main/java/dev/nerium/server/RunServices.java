package dev.nerium.server;

import dev.nerium.config.NeriumConfig;
import dev.nerium.observe.ObservedRun;
import dev.nerium.observe.Observers;
import dev.nerium.quota.Quotas;
import dev.nerium.result.spool.ResultSpool;
import dev.nerium.run.IdempotencyKeys;
import dev.nerium.run.RunIds;
import dev.nerium.run.Runs;
import dev.nerium.run.ServerRegistry;
import dev.nerium.workload.RunRecovery;
import dev.nerium.workload.cache.ResultCache;
import dev.nerium.workload.live.ActiveRuns;
import dev.nerium.workload.live.KeyWatch;
import dev.nerium.workload.results.SpooledResults;
import java.io.IOException;

/** Runs: those in progress, their stored results, and the ends of those that a crash interrupted. */
record RunServices(
        RunIds ids,
        ActiveRuns active,
        SpooledResults spool,
        ResultCache cache,
        RunRecovery recovery,
        IdempotencyKeys idempotency,
        Quotas quotas) {
    static RunServices start(NeriumConfig config, CoreServices core, Observers observers, CloseableStack open)
            throws IOException {
        Runs runs = core.runs();
        SpooledResults spool = new SpooledResults(
                open.add(ResultSpool.open(config.home().resolve("results"), config.results(), core.clock())));
        RunRecovery recovery = new RunRecovery(runs, core.lake(), spool, observers);
        recovery.settle();
        open.add(new ServerRegistry(
                        core.store(),
                        runs,
                        runs.server(),
                        core.clock(),
                        config.runs().queueTimeout(),
                        run -> observers.ended(ObservedRun.recorded(run))))
                .start();
        ActiveRuns active = new ActiveRuns(config.runs(), runs, observers, core.keys(), core.clock());
        ResultCache cache = new ResultCache(config.results(), core.keys()::usable);
        open.add(new KeyWatch(active, cache::dropUnusable));
        observers.every(config.lineage().heartbeatInterval(), active::emitHeartbeats);
        IdempotencyKeys idempotency =
                new IdempotencyKeys(core.store(), config.runs().idempotencyKeyTtl(), core.clock());
        Quotas quotas = open.add(new Quotas(core.store(), core.clock()));
        return new RunServices(new RunIds(core.clock()), active, spool, cache, recovery, idempotency, quotas);
    }
}
