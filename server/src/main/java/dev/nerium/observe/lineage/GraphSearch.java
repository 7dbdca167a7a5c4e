package dev.nerium.observe.lineage;

import dev.nerium.observe.lineage.LineageEvent.JobId;
import dev.nerium.observe.lineage.LineageGraph.Links;
import dev.nerium.observe.lineage.LineageGraph.Seen;
import dev.nerium.observe.lineage.Subgraph.Dataset;
import dev.nerium.observe.lineage.Subgraph.Edge;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Follows the graph from one dataset.
 *
 * @param depth datasets that may lie in a row
 * @param includeReaders whether jobs that write nothing are shown: each other query is one
 * @param most datasets and jobs that are shown
 */
public record GraphSearch(Direction direction, int depth, boolean includeReaders, int most, Period period) {
    /**
     * The time of the events that the graph is made of.
     *
     * @param since the earliest event; empty for all
     * @param until the time as of which the graph is made; empty for now
     */
    public record Period(Optional<Instant> since, Optional<Instant> until) {
        public boolean isUnbounded() {
            return since.isEmpty() && until.isEmpty();
        }

        long sinceMillis() {
            return since.map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
        }

        long untilMillis() {
            return until.map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
        }
    }

    /** The direction of a search: upstream, downstream or both. */
    public enum Direction {
        UPSTREAM,
        DOWNSTREAM,
        BOTH
    }

    Subgraph run(Links links, DatasetName start) {
        Walk walk = new Walk(links);
        DatasetName first = walk.dataset(start);
        if (direction != Direction.DOWNSTREAM) {
            walk.from(first, true);
        }
        if (direction != Direction.UPSTREAM) {
            walk.from(first, false);
        }
        return walk.result(first);
    }

    private final class Walk {
        private final Links links;
        private final Map<DatasetName, DatasetName> shown = new HashMap<>();
        private final Map<DatasetName, Dataset> datasets = new LinkedHashMap<>();
        private final Set<JobId> jobs = new LinkedHashSet<>();
        private final Set<Edge> edges = new LinkedHashSet<>();
        private boolean truncated;

        Walk(Links links) {
            this.links = links;
        }

        Subgraph result(DatasetName start) {
            return new Subgraph(
                    start,
                    datasets.values().stream().toList(),
                    jobs.stream().collect(Collectors.toMap(job -> job, links::keys)),
                    edges.stream().toList(),
                    truncated);
        }

        /** The one name under which a dataset is shown: the first that the walk met. */
        DatasetName dataset(DatasetName name) {
            DatasetName known = shown.get(name);
            if (known == null) {
                Set<DatasetName> aliases = new HashSet<>(links.names(name));
                aliases.forEach(alias -> shown.put(alias, name));
                shown.put(name, name);
                aliases.remove(name);
                datasets.put(name, new Dataset(name, aliases));
                return name;
            }
            return known;
        }

        void from(DatasetName start, boolean up) {
            Map<DatasetName, Integer> distances = new HashMap<>(Map.of(start, 0));
            Deque<DatasetName> next = new ArrayDeque<>(Set.of(start));
            while (!next.isEmpty()) {
                DatasetName here = next.removeFirst();
                int distance = distances.getOrDefault(here, 0);
                if (distance < depth) {
                    for (DatasetName there : neighbours(here, up)) {
                        if (distances.putIfAbsent(there, distance + 1) == null) {
                            next.addLast(there);
                        }
                    }
                }
            }
        }

        private Set<DatasetName> neighbours(DatasetName dataset, boolean up) {
            Set<DatasetName> neighbours = new LinkedHashSet<>();
            for (DatasetName name : links.names(dataset)) {
                for (JobId job : up ? links.writers(name) : links.readers(name)) {
                    Map<DatasetName, Seen> beyond = up ? links.inputs(job) : links.outputs(job);
                    if ((!includeReaders && !up && beyond.isEmpty()) || !hasRoom(job)) {
                        continue;
                    }
                    Seen seen = (up ? links.outputs(job) : links.inputs(job)).getOrDefault(name, Seen.NEVER);
                    edges.add(new Edge(job, !up, dataset, seen));
                    beyond.forEach((other, when) -> {
                        DatasetName there = dataset(other);
                        edges.add(new Edge(job, up, there, when));
                        neighbours.add(there);
                    });
                }
            }
            return neighbours;
        }

        private boolean hasRoom(JobId job) {
            if (!jobs.contains(job) && jobs.size() + datasets.size() >= most) {
                truncated = true;
                return false;
            }
            jobs.add(job);
            return true;
        }
    }
}
