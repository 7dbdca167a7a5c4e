package dev.nerium.http.lineage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.http.common.Json;
import dev.nerium.observe.lineage.LineageEvent;
import dev.nerium.observe.lineage.LineageEvent.EventDataset;
import dev.nerium.observe.lineage.LineageEvent.Integration;
import dev.nerium.observe.lineage.LineageEvent.JobId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** A lineage event as the API lists it. */
final class EventJson {
    private EventJson() {}

    static ObjectNode of(LineageEvent event) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.put("id", event.id().toString())
                .put("run_id", event.run().map(UUID::toString).orElse(null))
                .put("run_state", event.runState().orElse(null))
                .put("received_at", event.receivedAt().toString())
                .put("event_time", event.eventTime().toString())
                .put("job_name", event.job().map(JobId::name).orElse(null))
                .put("job_namespace", event.job().map(JobId::namespace).orElse(null))
                .put(
                        "parent_run_id",
                        event.parent().map(parent -> parent.run().toString()).orElse(null))
                .put(
                        "parent_job_namespace",
                        event.parent().map(parent -> parent.job().namespace()).orElse(null))
                .put(
                        "parent_job_name",
                        event.parent().map(parent -> parent.job().name()).orElse(null));
        datasets(node.putArray("inputs"), event.inputs());
        datasets(node.putArray("outputs"), event.outputs());
        node.put("event_schema", event.schema())
                .put("event_schema_version", event.schemaVersion())
                .put("event_size_in_bytes", event.text().getBytes(StandardCharsets.UTF_8).length);
        node.set("event_raw", event.body());
        return node.put("produced_by", event.producer())
                .put("reported", event.source().isReported())
                .put("integration", event.integration().map(Integration::name).orElse(null))
                .put(
                        "integration_version",
                        event.integration().map(Integration::version).orElse(null));
    }

    private static void datasets(ArrayNode list, List<EventDataset> datasets) {
        datasets.forEach(dataset -> list.addObject()
                .put("namespace", dataset.name().namespace())
                .put("name", dataset.name().name()));
    }
}
