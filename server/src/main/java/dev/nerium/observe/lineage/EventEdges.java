package dev.nerium.observe.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.observe.lineage.LineageEvent.EventDataset;
import dev.nerium.observe.lineage.LineageEvent.JobId;
import dev.nerium.observe.lineage.LineageEvent.WriteEffect;
import dev.nerium.run.Sha256;
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
 *
 * @param columns sets of columns by their ids
 */
record EventEdges(Map<Edge, LastEvent> edges, Map<String, String> columns, Set<Alias> aliases) {
    /** The id of no columns. */
    static final String NO_COLUMNS = "";

    /** The start of one of Nerium's own runs names tables that the run may not read. */
    private static final String START = "START";

    /**
     * @param role {@code INPUT} or {@code OUTPUT}
     * @param columnsId the hash of the columns that the job writes
     */
    record Edge(
            JobId job,
            String role,
            DatasetName dataset,
            String keyId,
            boolean isReported,
            String columnsId,
            WriteEffect effect) {}

    /** The last event of an edge. */
    record LastEvent(UUID id, Optional<UUID> run) {}

    record Alias(DatasetName alias, DatasetName dataset) {}

    static EventEdges of(List<LineageEvent> events) {
        EventEdges edges = new EventEdges(
                new TreeMap<>(Comparator.comparing(Edge::toString)),
                new TreeMap<>(),
                new TreeSet<>(Comparator.comparing(Alias::toString)));
        for (LineageEvent event : events) {
            boolean isStart = !event.source().isReported() && event.runState().equals(Optional.of(START));
            if (!isStart) {
                event.inputs().forEach(dataset -> edges.add(event, "INPUT", dataset, NO_COLUMNS, WriteEffect.ADDS));
            }
            if (event.hasWritten()) {
                event.outputs().forEach(dataset -> edges.add(event, dataset));
            }
        }
        return edges;
    }

    private void add(LineageEvent event, EventDataset output) {
        String id = output.columns().map(this::add).orElse(NO_COLUMNS);
        add(event, "OUTPUT", output, id, output.effect());
    }

    private String add(JsonNode facet) {
        String text = facet.toString();
        String id = Sha256.hex(text);
        columns.put(id, text);
        return id;
    }

    private void add(LineageEvent event, String role, EventDataset dataset, String columnsId, WriteEffect effect) {
        event.job()
                .ifPresent(job -> edges.put(
                        new Edge(
                                job,
                                role,
                                dataset.name(),
                                event.source().keyId(),
                                event.source().isReported(),
                                columnsId,
                                effect),
                        new LastEvent(event.id(), event.run())));
        dataset.aliases().forEach(alias -> aliases.add(new Alias(alias, dataset.name())));
    }
}
