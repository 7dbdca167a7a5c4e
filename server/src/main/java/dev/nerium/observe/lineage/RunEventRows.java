package dev.nerium.observe.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.observe.telemetry.RunEventRow;
import dev.nerium.observe.telemetry.RunEventRow.NamedPart;
import dev.nerium.observe.telemetry.RunEventRow.RunPart;
import java.util.ArrayList;
import java.util.List;

/** Run events as rows of {@code telemetry.run_events}. */
public final class RunEventRows {
    private RunEventRows() {}

    public static RunEventRow of(LineageEvent event) {
        JsonNode body = event.body();
        JsonNode run = body.path("run");
        return new RunEventRow(
                event.source().keyId(),
                body.path("eventType").asText(),
                event.eventTime(),
                event.receivedAt(),
                run.path("facets").path("nerium_run").path("traceId").asText(),
                new RunPart(run.path("runId").asText(), facets(run)),
                named(body.path("job")),
                datasets(body.path("inputs")),
                datasets(body.path("outputs")));
    }

    private static List<NamedPart> datasets(JsonNode datasets) {
        List<NamedPart> parts = new ArrayList<>();
        datasets.forEach(dataset -> parts.add(named(dataset)));
        return parts;
    }

    private static NamedPart named(JsonNode part) {
        return new NamedPart(part.path("namespace").asText(), part.path("name").asText(), facets(part));
    }

    private static String facets(JsonNode part) {
        return part.path("facets").isMissingNode() ? "{}" : part.path("facets").toString();
    }
}
