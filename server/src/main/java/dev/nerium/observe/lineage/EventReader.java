package dev.nerium.observe.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.error.NeriumException;
import dev.nerium.observe.lineage.LineageEvent.EventDataset;
import dev.nerium.observe.lineage.LineageEvent.EventSource;
import dev.nerium.observe.lineage.LineageEvent.Integration;
import dev.nerium.observe.lineage.LineageEvent.JobId;
import dev.nerium.observe.lineage.LineageEvent.Parent;
import dev.nerium.observe.lineage.LineageEvent.WriteEffect;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Reads OpenLineage events of any version: what every version asks for must be there, and facets are taken as they come, for
 * anybody may add some.
 */
final class EventReader {
    private static final Set<String> STATES = Set.of("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER");
    private static final int LONGEST_NAME = 2000;
    private static final int MOST_DATASETS = 10_000;

    private EventReader() {}

    static LineageEvent read(ObjectNode body, UUID id, Instant receivedAt, EventSource source) {
        boolean ofRun = body.has("run");
        if (!ofRun && !body.has("job") && !body.has("dataset")) {
            throw NeriumException.invalid(
                    "The event has none of run, job and dataset: send a RunEvent, JobEvent or DatasetEvent of OpenLineage.");
        }
        return new LineageEvent(
                id,
                receivedAt,
                time(text(body, "eventTime")),
                ofRun ? Optional.of(uuid(body.path("run"), "run.runId")) : Optional.empty(),
                ofRun ? Optional.of(state(body)) : Optional.empty(),
                ofRun || body.has("job") ? Optional.of(job(body.path("job"), "job")) : Optional.empty(),
                parent(body.path("run").path("facets").path("parent")),
                datasets(body, "inputs"),
                body.has("dataset") ? List.of(dataset(body.get("dataset"), "dataset")) : datasets(body, "outputs"),
                body.path("schemaURL").asText(""),
                text(body, "producer"),
                integration(body),
                body,
                body.toString(),
                source);
    }

    /** Older versions allow no type; what came with one that is not known was something else. */
    private static String state(JsonNode body) {
        String state = body.path("eventType").asText("OTHER");
        if (!STATES.contains(state)) {
            throw NeriumException.invalid("eventType is '" + shortened(state)
                    + "': expected START, RUNNING, COMPLETE, ABORT, FAIL or OTHER.");
        }
        return state;
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            return withoutZone(text);
        }
    }

    /** Some clients leave out the zone, and mean UTC. */
    private static Instant withoutZone(String text) {
        try {
            return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw NeriumException.invalid(
                    "eventTime is '" + shortened(text) + "': expected a time such as 2026-11-01T12:00:00Z.");
        }
    }

    private static JobId job(JsonNode job, String field) {
        return new JobId(name(job, "namespace", field), name(job, "name", field));
    }

    private static Optional<Parent> parent(JsonNode facet) {
        // Early versions called it so.
        JsonNode run = facet.path("run").has("runId") ? facet.path("run").path("runId") : facet.path("runId");
        return parse(run.asText(""))
                .filter(id -> facet.path("job").path("name").isTextual())
                .map(id -> new Parent(
                        id,
                        new JobId(
                                facet.path("job").path("namespace").asText(""),
                                facet.path("job").path("name").asText(""))));
    }

    private static List<EventDataset> datasets(JsonNode body, String field) {
        JsonNode list = body.path(field);
        if (list.isMissingNode() || list.isNull()) {
            return List.of();
        }
        if (!list.isArray() || list.size() > MOST_DATASETS) {
            throw NeriumException.invalid(field + " is not a list of at most " + MOST_DATASETS
                    + " datasets: send objects with namespace and name.");
        }
        List<EventDataset> datasets = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            datasets.add(dataset(list.get(i), field + "[" + i + "]"));
        }
        return datasets;
    }

    private static EventDataset dataset(JsonNode dataset, String field) {
        List<DatasetName> aliases = new ArrayList<>();
        for (JsonNode link : dataset.path("facets").path("symlinks").path("identifiers")) {
            if (link.path("namespace").isTextual() && link.path("name").isTextual()) {
                aliases.add(new DatasetName(
                        link.get("namespace").asText(), link.get("name").asText()));
            }
        }
        JsonNode columns = dataset.path("facets").path("columnLineage");
        return new EventDataset(
                new DatasetName(name(dataset, "namespace", field), name(dataset, "name", field)),
                aliases,
                columns.path("fields").isObject() ? Optional.of(columns) : Optional.empty(),
                WriteEffect.of(dataset));
    }

    /** The integration is in the job's type, or else in the producer's URI. */
    private static Optional<Integration> integration(JsonNode body) {
        String version = body.path("run")
                .path("facets")
                .path("processing_engine")
                .path("openlineageAdapterVersion")
                .asText("");
        JsonNode type = body.path("job").path("facets").path("jobType").path("integration");
        return type.isTextual() ? Optional.of(new Integration(type.asText(), version)) : Optional.empty();
    }

    private static UUID uuid(JsonNode run, String field) {
        return parse(run.path("runId").asText(""))
                .orElseThrow(() -> NeriumException.invalid(
                        field + " is '" + shortened(run.path("runId").asText("")) + "': expected a UUID."));
    }

    private static Optional<UUID> parse(String text) {
        return text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
                ? Optional.of(UUID.fromString(text))
                : Optional.empty();
    }

    private static String name(JsonNode node, String part, String field) {
        JsonNode text = node.path(part);
        if (!text.isTextual() || text.asText().length() > LONGEST_NAME) {
            throw NeriumException.invalid(
                    "%s.%s is missing or not a text of at most %d characters.".formatted(field, part, LONGEST_NAME));
        }
        return text.asText();
    }

    private static String text(JsonNode body, String field) {
        if (!body.path(field).isTextual()) {
            throw NeriumException.invalid(field + " is missing or not a text: every OpenLineage event has it.");
        }
        return body.get(field).asText();
    }

    private static String shortened(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }
}
