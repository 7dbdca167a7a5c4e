package dev.nerium.http.lineage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Principal;
import dev.nerium.http.common.Json;
import dev.nerium.observe.lineage.ColumnEdges.ColumnEdge;
import dev.nerium.observe.lineage.ColumnSearch;
import dev.nerium.observe.lineage.DatasetName;
import dev.nerium.observe.lineage.LineageEvent.JobId;
import dev.nerium.observe.lineage.Subgraph;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A part of the lineage graph as the API shows it to a key. Jobs of other keys are there, since tables come from them, but have
 * no names, because names may contain code, or texts of the reporting client.
 */
final class GraphJson {
    private final Subgraph graph;
    private final Map<JobId, JobId> shown = new LinkedHashMap<>();
    private final Set<JobId> ofNerium;

    GraphJson(Subgraph graph, Principal principal) {
        this.graph = graph;
        this.ofNerium = graph.edges().stream()
                .filter(edge -> !edge.seen().reported())
                .map(Subgraph.Edge::job)
                .collect(Collectors.toSet());
        int hidden = 0;
        for (JobId job : sorted(graph.jobs().keySet())) {
            Set<String> keys = graph.jobs().getOrDefault(job, Set.of());
            shown.put(job, keys.stream().anyMatch(principal::sees) ? job : new JobId("", "job-" + ++hidden));
        }
    }

    private static List<JobId> sorted(Set<JobId> jobs) {
        return jobs.stream()
                .sorted(Comparator.comparing(JobId::namespace).thenComparing(JobId::name))
                .toList();
    }

    ObjectNode graph() {
        ObjectNode body = Json.MAPPER.createObjectNode().put("start", id(graph.start()));
        ArrayNode nodes = body.putArray("nodes");
        for (Subgraph.Dataset dataset : graph.datasets()) {
            ArrayNode aliases = node(
                            nodes,
                            id(dataset.name()),
                            "DATASET",
                            dataset.name().namespace(),
                            dataset.name().name())
                    .putArray("aliases");
            dataset.aliases().forEach(name -> name(aliases.addObject(), name));
        }
        shown.forEach((job, as) ->
                node(nodes, id(job), "JOB", as.namespace(), as.name()).put("reported", !ofNerium.contains(job)));
        ArrayNode edges = body.putArray("edges");
        for (Subgraph.Edge edge : graph.edges()) {
            String job = id(edge.job());
            String dataset = id(edge.dataset());
            edges.addObject()
                    .put("from", edge.reads() ? dataset : job)
                    .put("to", edge.reads() ? job : dataset)
                    .put("last_run", edge.seen().run().map(UUID::toString).orElse(null))
                    .put("last_seen", edge.seen().at().toString())
                    .put("reported", edge.seen().reported());
        }
        return body.put("truncated", graph.truncated());
    }

    /** @param wanted columns of the start, with those that they come from or go to; none for all */
    ArrayNode columns(List<ColumnEdge> edges, List<String> wanted) {
        ColumnSearch columns = new ColumnSearch(graph, edges);
        ArrayNode list = Json.MAPPER.createArrayNode();
        for (ColumnEdge edge : wanted.isEmpty() ? columns.all() : columns.around(graph.start(), wanted)) {
            ObjectNode node = list.addObject();
            node.putObject("from").put("dataset", id(edge.from())).put("field", edge.fromField());
            node.putObject("to")
                    .put("dataset", id(edge.to()))
                    .put("field", edge.toField().isEmpty() ? null : edge.toField());
            node.put("job", id(edge.job())).set("transformations", edge.transformations());
        }
        return list;
    }

    private static ObjectNode node(ArrayNode nodes, String id, String type, String namespace, String name) {
        return nodes.addObject()
                .put("id", id)
                .put("type", type)
                .put("namespace", namespace)
                .put("name", name);
    }

    private static void name(ObjectNode node, DatasetName name) {
        node.put("namespace", name.namespace()).put("name", name.name());
    }

    private static String id(DatasetName name) {
        return "dataset:" + name.namespace() + ":" + name.name();
    }

    private String id(JobId job) {
        JobId as = shown.getOrDefault(job, job);
        return "job:" + as.namespace() + ":" + as.name();
    }
}
