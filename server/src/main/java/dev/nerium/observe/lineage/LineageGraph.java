package dev.nerium.observe.lineage;

import dev.nerium.observe.lineage.LineageEvent.JobId;
import dev.nerium.store.StateStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * All jobs and datasets that are known, in memory: loaded when it is first asked, and from then on what is new, of other servers
 * on the same database too. Thread-safe.
 */
public final class LineageGraph {
    /** Servers' clocks differ, and a transaction ends later than it says. */
    private static final Duration OVERLAP = Duration.ofMinutes(1);

    /** What was forgotten goes from memory by loading the rest anew. */
    private static final Duration RELOAD = Duration.ofHours(1);

    private final StateStore store;
    private final Clock clock;
    private Links links = new Links();
    private Instant loaded = Instant.MIN;
    private long newest;

    public LineageGraph(StateStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** What is up- and downstream of a dataset; empty where nobody ever named it. */
    public synchronized Optional<Subgraph> around(DatasetName dataset, GraphSearch search) {
        refresh();
        return links.knows(dataset) ? Optional.of(search.run(links, dataset)) : Optional.empty();
    }

    private void refresh() {
        if (loaded.isBefore(clock.instant().minus(RELOAD))) {
            links = new Links();
            newest = 0;
            loaded = clock.instant();
        }
        long since = newest - OVERLAP.toMillis();
        store.with(handle -> {
            handle.createQuery(
                            "select job_namespace, job_name, role, namespace, name, run_id, seen_at from lineage_edge"
                                    + " where seen_at >= ?")
                    .bind(0, since)
                    .setFetchSize(1000)
                    .map((row, context) -> {
                        newest = Math.max(newest, row.getLong("seen_at"));
                        links.add(
                                new JobId(row.getString("job_namespace"), row.getString("job_name")),
                                row.getString("role").equals("INPUT"),
                                new DatasetName(row.getString("namespace"), row.getString("name")),
                                new Seen(
                                        Optional.ofNullable(row.getString("run_id"))
                                                .map(UUID::fromString),
                                        Instant.ofEpochMilli(row.getLong("seen_at"))));
                        return true;
                    })
                    .forEach(added -> {});
            handle.createQuery("select * from lineage_alias where seen_at >= ?")
                    .bind(0, since)
                    .map((row, context) -> {
                        links.same.link(
                                new DatasetName(row.getString("alias_namespace"), row.getString("alias_name")),
                                new DatasetName(row.getString("namespace"), row.getString("name")));
                        return true;
                    })
                    .forEach(added -> {});
            return true;
        });
    }

    /** @param run that was the last to say so */
    public record Seen(Optional<UUID> run, Instant at) {
        static final Seen NEVER = new Seen(Optional.empty(), Instant.EPOCH);
    }

    /** Who reads and writes what. */
    static final class Links {
        private final Map<DatasetName, Set<JobId>> readers = new HashMap<>();
        private final Map<DatasetName, Set<JobId>> writers = new HashMap<>();
        private final Map<JobId, Map<DatasetName, Seen>> inputs = new HashMap<>();
        private final Map<JobId, Map<DatasetName, Seen>> outputs = new HashMap<>();
        private final SameDatasets same = new SameDatasets();

        void add(JobId job, boolean reads, DatasetName dataset, Seen seen) {
            (reads ? readers : writers)
                    .computeIfAbsent(dataset, unseen -> new LinkedHashSet<>())
                    .add(job);
            (reads ? inputs : outputs)
                    .computeIfAbsent(job, unseen -> new HashMap<>())
                    .put(dataset, seen);
        }

        boolean knows(DatasetName dataset) {
            return names(dataset).stream().anyMatch(name -> readers.containsKey(name) || writers.containsKey(name));
        }

        Set<DatasetName> names(DatasetName dataset) {
            return same.names(dataset);
        }

        Set<JobId> readers(DatasetName name) {
            return readers.getOrDefault(name, Set.of());
        }

        Set<JobId> writers(DatasetName name) {
            return writers.getOrDefault(name, Set.of());
        }

        Map<DatasetName, Seen> inputs(JobId job) {
            return inputs.getOrDefault(job, Map.of());
        }

        Map<DatasetName, Seen> outputs(JobId job) {
            return outputs.getOrDefault(job, Map.of());
        }
    }
}
