package dev.nerium.observe.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.observe.lineage.LineageEvent.EventDataset;
import dev.nerium.observe.lineage.LineageEvent.JobId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The datasets that the jobs of some events read and write, and other names of these datasets. Each appears once, however many
 * events have it, in an order that is the same for all servers, so that none waits for another in a circle.
 */
record EventEdges(Map<Edge, LastSeen> edges, Set<Alias> aliases) {
    /** @param role {@code INPUT} or {@code OUTPUT} */
    record Edge(JobId job, String role, DatasetName dataset, String keyId, boolean isReported) {}

    /**
     * The last events of an edge.
     *
     * @param run of the last event
     * @param columns the column lineage of the last event that has one
     */
    record LastSeen(Optional<UUID> run, Optional<JsonNode> columns) {
        private LastSeen followedBy(LastSeen next) {
            return new LastSeen(next.run, next.columns.or(() -> columns));
        }
    }

    record Alias(DatasetName alias, DatasetName dataset) {}

    static EventEdges of(List<LineageEvent> events) {
        EventEdges edges = new EventEdges(
                new TreeMap<>(Comparator.comparing(Edge::toString)),
                new TreeSet<>(Comparator.comparing(Alias::toString)));
        for (LineageEvent event : events) {
            event.inputs().forEach(dataset -> edges.add(event, "INPUT", dataset));
            event.outputs().forEach(dataset -> edges.add(event, "OUTPUT", dataset));
        }
        return edges;
    }

    private void add(LineageEvent event, String role, EventDataset dataset) {
        event.job()
                .ifPresent(job -> edges.merge(
                        new Edge(
                                job,
                                role,
                                dataset.name(),
                                event.source().keyId(),
                                event.source().isReported()),
                        new LastSeen(event.run(), dataset.columns()),
                        LastSeen::followedBy));
        dataset.aliases().forEach(alias -> aliases.add(new Alias(alias, dataset.name())));
    }
}
