package dev.nerium.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.observe.lineage.ColumnEdges.ColumnEdge;
import dev.nerium.observe.lineage.ColumnSearch;
import dev.nerium.observe.lineage.DatasetName;
import dev.nerium.observe.lineage.LineageEvent.JobId;
import dev.nerium.observe.lineage.Subgraph;
import java.util.List;
import java.util.UUID;

/** A part of the lineage graph as the API shows it. */
final class GraphJson {
    private GraphJson() {}

    static ObjectNode of(Subgraph graph) {
        ObjectNode body = Json.MAPPER.createObjectNode().put("start", id(graph.start()));
        ArrayNode nodes = body.putArray("nodes");
        for (Subgraph.Dataset dataset : graph.datasets()) {
            ArrayNode others = node(
                            nodes,
                            id(dataset.name()),
                            "DATASET",
                            dataset.name().namespace(),
                            dataset.name().name())
                    .putArray("same_as");
            dataset.others().forEach(name -> name(others.addObject(), name));
        }
        for (JobId job : graph.jobs()) {
            node(nodes, id(job), "JOB", job.namespace(), job.name());
        }
        ArrayNode edges = body.putArray("edges");
        for (Subgraph.Edge edge : graph.edges()) {
            String job = id(edge.job());
            String dataset = id(edge.dataset());
            edges.addObject()
                    .put("from", edge.reads() ? dataset : job)
                    .put("to", edge.reads() ? job : dataset)
                    .put("last_run", edge.seen().run().map(UUID::toString).orElse(null))
                    .put("last_seen", edge.seen().at().toString());
        }
        return body.put("truncated", graph.truncated());
    }

    /** @param wanted columns of the start, with those that they come from or go to; none for all */
    static ArrayNode columns(Subgraph graph, List<ColumnEdge> edges, List<String> wanted) {
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

    private static String id(JobId job) {
        return "job:" + job.namespace() + ":" + job.name();
    }
}
