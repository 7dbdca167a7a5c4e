package dev.nerium.http.lineage;

import dev.nerium.auth.Principal;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.name.TableName;
import dev.nerium.observe.lineage.ColumnEdges.ColumnEdge;
import dev.nerium.observe.lineage.DatasetName;
import dev.nerium.observe.lineage.LineageEvent.JobId;
import dev.nerium.observe.lineage.Subgraph;
import dev.nerium.observe.lineage.Subgraph.Dataset;
import dev.nerium.observe.lineage.Subgraph.Edge;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of a graph that a key sees: tables on which it has a right, and what connects them. A path ends at a table that it does not
 * see. Other datasets are shown with its own runs and events only.
 *
 * @param namespace of the names of tables
 */
record VisibleGraph(Principal principal, TableRights rights, String namespace) {
    /** Empty if the key does not see the start. */
    Optional<Subgraph> of(Subgraph graph) {
        if (rights.seesAll()) {
            return Optional.of(graph);
        }
        Map<DatasetName, Dataset> seen = new HashMap<>();
        Set<DatasetName> tables = new HashSet<>();
        for (Dataset dataset : graph.datasets()) {
            List<TableName> named = tables(dataset);
            if (named.stream().allMatch(rights::sees)) {
                seen.put(dataset.name(), dataset);
                if (!named.isEmpty()) {
                    tables.add(dataset.name());
                }
            }
        }
        List<Edge> edges = graph.edges().stream()
                .filter(edge -> tables.contains(edge.dataset())
                        || (seen.containsKey(edge.dataset()) && isOwn(graph, edge.job())))
                .toList();
        return tables.contains(graph.start())
                        || edges.stream().anyMatch(edge -> edge.dataset().equals(graph.start()))
                ? Optional.of(reached(graph, seen, edges))
                : Optional.empty();
    }

    private List<TableName> tables(Dataset dataset) {
        return Stream.concat(Stream.of(dataset.name()), dataset.aliases().stream())
                .filter(name -> name.namespace().equals(namespace))
                .flatMap(name -> table(name).stream())
                .toList();
    }

    private static Optional<TableName> table(DatasetName name) {
        try {
            return Optional.of(TableName.parse(name.name(), "the dataset", ""));
        } catch (NeriumException e) {
            return Optional.empty();
        }
    }

    private boolean isOwn(Subgraph graph, JobId job) {
        return graph.jobs().getOrDefault(job, Set.of()).stream().anyMatch(principal::sees);
    }

    /** The part that is connected with the start by edges that are seen. */
    private static Subgraph reached(Subgraph graph, Map<DatasetName, Dataset> seen, List<Edge> edges) {
        Map<DatasetName, List<Edge>> byDataset = edges.stream().collect(Collectors.groupingBy(Edge::dataset));
        Map<JobId, List<Edge>> byJob = edges.stream().collect(Collectors.groupingBy(Edge::job));
        Set<DatasetName> datasets = new HashSet<>(Set.of(graph.start()));
        Set<JobId> jobs = new HashSet<>();
        Deque<DatasetName> next = new ArrayDeque<>(datasets);
        while (!next.isEmpty()) {
            for (Edge edge : byDataset.getOrDefault(next.pop(), List.of())) {
                if (jobs.add(edge.job())) {
                    byJob.getOrDefault(edge.job(), List.of()).stream()
                            .map(Edge::dataset)
                            .filter(datasets::add)
                            .forEach(next::push);
                }
            }
        }
        return new Subgraph(
                graph.start(),
                graph.datasets().stream()
                        .filter(dataset -> seen.containsKey(dataset.name()) && datasets.contains(dataset.name()))
                        .toList(),
                graph.jobs().entrySet().stream()
                        .filter(job -> jobs.contains(job.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                edges.stream().filter(edge -> jobs.contains(edge.job())).toList(),
                graph.truncated());
    }

    /** The edges of columns between datasets of a graph. */
    static List<ColumnEdge> within(Subgraph graph, List<ColumnEdge> edges) {
        Set<DatasetName> names = graph.datasets().stream()
                .flatMap(dataset -> Stream.concat(Stream.of(dataset.name()), dataset.aliases().stream()))
                .collect(Collectors.toSet());
        return edges.stream()
                .filter(edge -> names.contains(edge.from()) && names.contains(edge.to()))
                .toList();
    }
}
