package dev.nerium.observe.lineage;

import dev.nerium.observe.lineage.LineageEvent.JobId;
import dev.nerium.observe.lineage.LineageGraph.Seen;
import java.util.List;
import java.util.Set;

/**
 * A part of the graph.
 *
 * @param truncated whether there was more than may be shown
 */
public record Subgraph(
        DatasetName start, List<Dataset> datasets, Set<JobId> jobs, List<Edge> edges, boolean truncated) {
    public Subgraph {
        datasets = List.copyOf(datasets);
        jobs = Set.copyOf(jobs);
        edges = List.copyOf(edges);
    }

    /** @param others names of it */
    public record Dataset(DatasetName name, Set<DatasetName> others) {}

    /** A job reads a dataset, or writes it. */
    public record Edge(JobId job, boolean reads, DatasetName dataset, Seen seen) {}
}
