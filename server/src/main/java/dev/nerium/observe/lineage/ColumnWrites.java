package dev.nerium.observe.lineage;

import dev.nerium.observe.lineage.LineageEvent.JobId;
import dev.nerium.observe.lineage.LineageEvent.WriteEffect;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Chooses the writes of datasets whose rows are there: the last one that replaced all rows, and those after it. */
final class ColumnWrites {
    /**
     * Runs of one job that wrote the same columns to a dataset.
     *
     * @param run the last of them
     * @param lastAt milliseconds of its last event
     * @param lastEvent the id of that event, in the order of the events
     */
    record Write(
            JobId job,
            DatasetName dataset,
            String keyId,
            String columnsId,
            WriteEffect effect,
            Optional<String> run,
            long lastAt,
            String lastEvent) {}

    /** The jobs of different keys are different. */
    private record Writer(JobId job, String keyId) {}

    private static final Comparator<Write> ORDER =
            Comparator.comparingLong(Write::lastAt).thenComparing(Write::lastEvent);

    private final GraphSearch.Period period;
    private final Map<DatasetName, DatasetName> shown = new HashMap<>();
    private final Map<DatasetName, List<Write>> writes = new HashMap<>();

    ColumnWrites(GraphSearch.Period period) {
        this.period = period;
    }

    /** @param as the one of a dataset's names that stands for all */
    void name(DatasetName name, DatasetName as) {
        shown.put(name, as);
    }

    void add(Write write) {
        writes.computeIfAbsent(shown.getOrDefault(write.dataset(), write.dataset()), unseen -> new ArrayList<>())
                .add(write);
    }

    List<Write> held() {
        return writes.values().stream()
                .flatMap(all -> held(all).stream())
                .filter(write -> write.lastAt() >= period.sinceMillis())
                .toList();
    }

    private static List<Write> held(List<Write> ofDataset) {
        List<Write> held = new ArrayList<>();
        for (Write write : ofDataset.stream().sorted(ORDER).toList()) {
            switch (write.effect()) {
                case ADDS -> {}
                // Several events of one run may report its write, and not all of them have its columns.
                case REPLACES ->
                    held.removeIf(
                            earlier -> write.run().isEmpty() || !earlier.run().equals(write.run()));
                // An event without columns says nothing about them.
                case REPLACES_OWN ->
                    held.removeIf(earlier ->
                            !write.columnsId().isEmpty() && writer(earlier).equals(writer(write)));
            }
            held.add(write);
        }
        return held;
    }

    private static Writer writer(Write write) {
        return new Writer(write.job(), write.keyId());
    }
}
