package dev.nerium.http.lineage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RunJson;
import dev.nerium.observe.lineage.LineageEvent;
import dev.nerium.run.ColumnLineage;
import dev.nerium.run.Run;
import dev.nerium.run.RunFacts;
import java.util.List;

/** The inputs, outputs and column lineage of one run. */
final class RunLineageJson {
    private RunLineageJson() {}

    /** @param events the events of the run */
    static ObjectNode of(Run run, List<LineageEvent> events) {
        RunFacts facts = run.facts();
        ObjectNode body = Json.MAPPER.createObjectNode().put("id", run.id().toString());
        body.set("inputs", RunJson.inputs(facts));
        ArrayNode outputs = body.putArray("outputs");
        RunFacts.Output output = facts.output();
        if (output != null) {
            outputs.addObject()
                    .put("table", output.table())
                    .put("snapshot_id", output.snapshotId())
                    .put("rows", output.rows());
        }
        ColumnLineage lineage = facts.columnLineage();
        if (lineage == null) {
            body.putNull("columns");
        } else {
            body.set("columns", Json.MAPPER.valueToTree(lineage));
        }
        ArrayNode list = body.putArray("events");
        events.forEach(event -> list.add(event.body()));
        return body;
    }
}
