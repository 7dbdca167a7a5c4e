package dev.nerium.http.workload;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RunJson;
import dev.nerium.run.RunFacts;
import dev.nerium.workload.request.Explanation;
import io.helidon.webserver.http.ServerResponse;

/** Writes what a workload would do. */
public final class ExplanationResponse {
    private ExplanationResponse() {}

    static void send(ServerResponse response, Explanation explanation) {
        ObjectNode body = Json.MAPPER.createObjectNode().put("success", true);
        body.set("explain", json(explanation));
        body.put("execution_time", explanation.executionTime().toMillis() + "ms");
        body.set("compute", WorkloadResponse.compute(explanation.placement()));
        body.put("run_id", explanation.run().toString());
        if (!explanation.warnings().isEmpty()) {
            explanation.warnings().forEach(body.putArray("warnings")::add);
        }
        Json.send(response, body);
    }

    public static ObjectNode json(Explanation explanation) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        explanation.plan().columns().forEach(node.putArray("columns")::add);
        explanation.plan().dtypes().forEach(node.putArray("column_types")::add);
        node.set("tables", RunJson.inputs(explanation.facts()));
        node.set("scans", scans(explanation.facts()));
        node.put("rows", explanation.facts().rowsIn())
                .put("bytes", explanation.facts().bytesIn());
        node.put("plan", explanation.plan().plan())
                .put("graph", explanation.plan().graph());
        node.putObject("recommended")
                .put("vcpus", explanation.advice().vcpus())
                .put("memory_bytes", explanation.advice().memory().bytes())
                .put("reason", explanation.advice().reason());
        return node;
    }

    /** The scan of each table, after pruning. */
    public static ArrayNode scans(RunFacts facts) {
        ArrayNode scans = Json.MAPPER.createArrayNode();
        for (RunFacts.Scan scan : facts.scans()) {
            scans.addObject()
                    .put("table", scan.table())
                    .put("snapshot_id", scan.snapshotId())
                    .put("files", scan.files())
                    .put("files_skipped", scan.filesSkipped())
                    .put("rows", scan.rows())
                    .put("bytes", scan.bytes())
                    .put("bytes_skipped", scan.bytesSkipped())
                    .put("filter", scan.filter())
                    .put("planning_ms", scan.planningMicros() / 1000.0);
        }
        return scans;
    }
}
