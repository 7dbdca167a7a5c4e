package dev.nerium.http.workload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.http.common.Json;
import dev.nerium.run.RunFacts;
import dev.nerium.workload.request.EngineChoice;
import dev.nerium.workload.request.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The field {@code engine_decision}: the engine that ran a request, and why. */
final class EngineDecision {
    private static final long GIB = 1L << 30;
    private static final long SMALL = GIB;
    private static final long MEDIUM = 64 * GIB;

    private final EngineChoice choice;
    private final ObjectNode json;
    private final List<String> reasons;

    private EngineDecision(EngineChoice choice) {
        this.choice = choice;
        this.reasons = new ArrayList<>(choice.reasons());
        this.json = Json.MAPPER
                .createObjectNode()
                .put("engine", choice.engine().text())
                .put("execution_mode", choice.distributed() ? "distributed" : "sandbox");
    }

    /** The decision about a run that was accepted, and has not read anything. */
    static ObjectNode ofAccepted(EngineChoice choice) {
        EngineDecision decision = new EngineDecision(choice);
        decision.input(choice.plannedBytes());
        return decision.done();
    }

    /** @param facts of the run, or of its plan */
    static ObjectNode of(EngineChoice choice, Placement placement, RunFacts facts) {
        EngineDecision decision = new EngineDecision(choice);
        if (!choice.distributed()) {
            decision.sandbox(placement);
        }
        decision.scans(facts);
        return decision.done();
    }

    private void sandbox(Placement placement) {
        int vcpus = placement.tier().vcpus();
        double memory = placement.tier().memory().bytes() / (double) GIB;
        json.put("vcpus", vcpus);
        json.putObject("sandbox").put("vcpus", vcpus).put("memory_gb", memory);
        reasons.add("The sandbox has %d vcpus and %s."
                .formatted(vcpus, placement.tier().memory()));
    }

    private void scans(RunFacts facts) {
        long files = facts.scans().stream().mapToLong(RunFacts.Scan::files).sum();
        // The files of a run on a cluster are planned by the cluster.
        OptionalLong planned = choice.distributed() ? choice.plannedBytes() : OptionalLong.of(facts.bytesIn());
        input(planned);
        if (facts.isFromCache()) {
            reasons.add("The result is that of an earlier run of the same query: nothing was read.");
        } else if (!choice.distributed()) {
            reasons.add("The plan reads %d data files.".formatted(files));
        }
        facts.inputs().forEach(input -> json.withArray("input_tables").add(input.table()));
    }

    private void input(OptionalLong bytes) {
        json.putArray("input_tables");
        bytes.ifPresent(number -> json.put("estimated_input_bytes", String.valueOf(number))
                .put("size_band", number < SMALL ? "small" : number < MEDIUM ? "medium" : "large"));
    }

    private ObjectNode done() {
        reasons.forEach(json.putArray("reasons")::add);
        return json;
    }
}
