package dev.nerium.observe.lineage;

import dev.nerium.observe.lineage.LineageEvent.JobId;
import dev.nerium.observe.lineage.LineageGraph.Seen;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A part of the graph.
 *
 * @param jobs with the keys whose runs and events know them
 * @param truncated whether there was more than may be shown
 */
public record Subgraph(
        DatasetName start, List<Dataset> datasets, Map<JobId, Set<String>> jobs, List<Edge> edges, boolean truncated) {
    public Subgraph {
        datasets = List.copyOf(datasets);
        jobs = Map.copyOf(jobs);
        edges = List.copyOf(edges);
    }

    /** @param aliases other names of it */
    public record Dataset(DatasetName name, Set<DatasetName> aliases) {}

    /** A job reads a dataset, or writes it. */
    public record Edge(JobId job, boolean reads, DatasetName dataset, Seen seen) {}
}
