package dev.nerium.workload;

import dev.nerium.auth.Principal;
import dev.nerium.config.ByteSize;
import dev.nerium.config.DistributedConfig.Backend;
import dev.nerium.error.NeriumException;
import dev.nerium.run.RunFacts;
import dev.nerium.run.RunIds;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.sandbox.job.Work;
import dev.nerium.workload.request.Engine;
import dev.nerium.workload.request.EngineChoice;
import dev.nerium.workload.request.TierAdvice;
import dev.nerium.workload.request.WorkloadRequest;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Chooses the engine of a request that names one, or that leaves the choice to the server. Thread-safe. */
public final class EngineSelector {
    /** Other statements change or describe tables, on this machine. */
    private static final Pattern QUERY = Pattern.compile(
            "(\\s|--[^\\n]*\\n|/\\*.*?\\*/|\\()*+(SELECT|WITH|FROM|VALUES)\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final WorkloadService workloads;
    private final Sandbox sandbox;
    private final Backend backend;
    private final RunIds ids;

    public EngineSelector(WorkloadService workloads, Sandbox sandbox, Backend backend, RunIds ids) {
        this.workloads = workloads;
        this.sandbox = sandbox;
        this.backend = backend;
        this.ids = ids;
    }

    /** @param request as the sandbox would run it */
    public EngineChoice choose(Principal principal, WorkloadRequest request, Engine asked) {
        return switch (asked) {
            case AUTO -> choose(principal, request);
            case POLARS -> here("engine is polars: the sandbox of this server runs it.");
            case SPARK -> spark();
            case DUCKDB, BLOOM ->
                throw NeriumException.invalid(
                        "engine is '%s', which this server does not have, and another engine may return other rows for the same text. Send auto or polars."
                                .formatted(asked.text()));
        };
    }

    private EngineChoice choose(Principal principal, WorkloadRequest request) {
        if (backend == Backend.NONE) {
            return here("engine is auto, and this server has no cluster: Polars runs it in the sandbox.");
        }
        if (request.work() instanceof Work.Query query
                && !QUERY.matcher(query.sql()).matches()) {
            return here(
                    "engine is auto, and the text is not a query: such statements are executed by Polars in the sandbox.");
        }
        return bySize(workloads.explain(principal, request, ids.next()).facts());
    }

    private EngineChoice bySize(RunFacts facts) {
        TierAdvice advice = TierAdvice.of(facts, sandbox::tier);
        ByteSize read = new ByteSize(facts.bytesIn());
        if (advice.enough()) {
            String reason =
                    "engine is auto, and the largest sandbox has the memory for the input: Polars runs it there.";
            return new EngineChoice(
                    Engine.POLARS,
                    false,
                    OptionalInt.of(advice.vcpus()),
                    OptionalLong.of(read.bytes()),
                    List.of(reason, advice.reason()));
        }
        String reason =
                "engine is auto, and the input may need more than the %s of the largest sandbox: the cluster (%s) runs it."
                        .formatted(advice.memory(), backend.text());
        return cluster(OptionalLong.of(read.bytes()), List.of(reason, advice.reason()));
    }

    private EngineChoice spark() {
        if (backend != Backend.SPARK_CONNECT) {
            throw NeriumException.invalid(
                    "engine is 'spark', but this server has no Spark cluster: the configuration key"
                            + " distributed.backend is " + backend.text() + ". Send auto or polars.");
        }
        return cluster(OptionalLong.empty(), List.of("engine is spark: the cluster runs it."));
    }

    private EngineChoice cluster(OptionalLong plannedBytes, List<String> reasons) {
        Engine engine = backend == Backend.SPARK_CONNECT ? Engine.SPARK : Engine.POLARS;
        return new EngineChoice(engine, true, OptionalInt.empty(), plannedBytes, reasons);
    }

    private static EngineChoice here(String reason) {
        return new EngineChoice(Engine.POLARS, false, OptionalInt.empty(), OptionalLong.empty(), List.of(reason));
    }
}
