package dev.nerium.observe.lineage;

import dev.nerium.observe.lineage.LineageEvent.JobId;
import dev.nerium.store.StateStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * All jobs and datasets that are known, in memory: loaded when it is first asked, and from then on what is new, of other servers
 * on the same database too. Thread-safe.
 */
public final class LineageGraph {
    /** Other servers' clocks differ, and their transactions end after the recorded times. */
    private static final Duration LOOK_BACK = Duration.ofMinutes(1);

    /** Interval of a full reload, which removes expired events from memory. */
    private static final Duration RELOAD = Duration.ofHours(1);

    private final StateStore store;
    private final Clock clock;
    private Links links = new Links();
    private Instant loaded = Instant.MIN;

    public LineageGraph(StateStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** The graph around a dataset, up- and downstream; empty if no event names it. */
    public Optional<Subgraph> around(DatasetName dataset, GraphSearch search) {
        if (!search.period().isUnbounded()) {
            return around(dataset, search, links(search.period()));
        }
        synchronized (this) {
            if (loaded.equals(Instant.MIN)) {
                load();
            } else {
                links.addAll(read(links.newest));
            }
            return around(dataset, search, links);
        }
    }

    private static Optional<Subgraph> around(DatasetName dataset, GraphSearch search, Links links) {
        return links.knows(dataset) ? Optional.of(search.run(links, dataset)) : Optional.empty();
    }

    /** The graph of a period, which is read when it is asked for. */
    private Links links(GraphSearch.Period period) {
        Links found = new Links();
        found.addAll(read(period.sinceMillis(), period.untilMillis()));
        return found;
    }

    /** Finds what came late from other servers, so that no question has to look for it. */
    void lookBack() {
        long newest;
        Instant since;
        synchronized (this) {
            newest = links.newest;
            since = loaded;
        }
        if (since.equals(Instant.MIN)) {
            return;
        }
        if (since.isBefore(clock.instant().minus(RELOAD))) {
            load();
        } else {
            GraphRows late = read(newest - LOOK_BACK.toMillis());
            synchronized (this) {
                links.addAll(late);
            }
        }
    }

    private void load() {
        Instant now = clock.instant();
        Links anew = new Links();
        anew.addAll(read(Long.MIN_VALUE));
        synchronized (this) {
            links = anew;
            loaded = now;
        }
    }

    private GraphRows read(long since) {
        return read(since, Long.MAX_VALUE);
    }

    private GraphRows read(long since, long until) {
        return store.with(handle -> new GraphRows(
                handle.createQuery(
                                "select job_namespace, job_name, role, namespace, name, key_id, reported, run_id, seen_at"
                                        + " from lineage_edge where seen_at >= ? and first_at <= ?")
                        .bind(0, since)
                        .bind(1, until)
                        .setFetchSize(1000)
                        .map((row, context) -> new GraphLink(
                                new JobId(row.getString("job_namespace"), row.getString("job_name")),
                                row.getString("role").equals("INPUT"),
                                new DatasetName(row.getString("namespace"), row.getString("name")),
                                new Seen(
                                        Optional.ofNullable(row.getString("run_id"))
                                                .map(UUID::fromString),
                                        Instant.ofEpochMilli(Math.min(row.getLong("seen_at"), until)),
                                        row.getString("key_id"),
                                        row.getInt("reported") == 1)))
                        .list(),
                handle.createQuery("select alias_namespace, alias_name, namespace, name from lineage_alias"
                                + " where seen_at >= ?")
                        .bind(0, since)
                        .map((row, context) -> new Alias(
                                new DatasetName(row.getString("alias_namespace"), row.getString("alias_name")),
                                new DatasetName(row.getString("namespace"), row.getString("name"))))
                        .list()));
    }

    private record GraphRows(List<GraphLink> links, List<Alias> aliases) {}

    private record GraphLink(JobId job, boolean reads, DatasetName dataset, Seen seen) {}

    private record Alias(DatasetName one, DatasetName other) {}

    /**
     * @param run that was the last to say so
     * @param keyId whose run or event that was
     * @param reported whether only others said so, and no run of Nerium's
     */
    public record Seen(Optional<UUID> run, Instant at, String keyId, boolean reported) {
        static final Seen NEVER = new Seen(Optional.empty(), Instant.EPOCH, "", true);

        /** Prefers the facts of a run over reported ones. */
        private static Seen better(Seen one, Seen other) {
            if (one.reported() != other.reported()) {
                return one.reported() ? other : one;
            }
            return other.at().isBefore(one.at()) ? one : other;
        }
    }

    /** The edges between jobs and datasets. */
    static final class Links {
        private final Map<DatasetName, Set<JobId>> readers = new HashMap<>();
        private final Map<DatasetName, Set<JobId>> writers = new HashMap<>();
        private final Map<JobId, Map<DatasetName, Seen>> inputs = new HashMap<>();
        private final Map<JobId, Map<DatasetName, Seen>> outputs = new HashMap<>();
        private final Map<JobId, Set<String>> keys = new HashMap<>();
        private final SameDatasets same = new SameDatasets();
        private long newest;

        private void addAll(GraphRows rows) {
            rows.links().forEach(this::add);
            rows.aliases().forEach(alias -> same.link(alias.one(), alias.other()));
        }

        private void add(GraphLink link) {
            keys.computeIfAbsent(link.job(), unseen -> new HashSet<>())
                    .add(link.seen().keyId());
            newest = Math.max(newest, link.seen().at().toEpochMilli());
            (link.reads() ? readers : writers)
                    .computeIfAbsent(link.dataset(), unseen -> new LinkedHashSet<>())
                    .add(link.job());
            (link.reads() ? inputs : outputs)
                    .computeIfAbsent(link.job(), unseen -> new HashMap<>())
                    .merge(link.dataset(), link.seen(), Seen::better);
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

        /** The keys whose runs and events contain a job. */
        Set<String> keys(JobId job) {
            return keys.getOrDefault(job, Set.of());
        }

        Map<DatasetName, Seen> inputs(JobId job) {
            return inputs.getOrDefault(job, Map.of());
        }

        Map<DatasetName, Seen> outputs(JobId job) {
            return outputs.getOrDefault(job, Map.of());
        }
    }
}
