package dev.nerium.observe.lineage;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Names of one dataset: engines name a table by its files or by its catalog, and link both names. */
final class SameDatasets {
    private final Map<DatasetName, Set<DatasetName>> groups = new HashMap<>();

    void link(DatasetName one, DatasetName other) {
        Set<DatasetName> first = group(one);
        Set<DatasetName> second = group(other);
        if (!first.contains(other)) {
            Set<DatasetName> larger = first.size() < second.size() ? second : first;
            Set<DatasetName> smaller = first.size() < second.size() ? first : second;
            larger.addAll(smaller);
            smaller.forEach(name -> groups.put(name, larger));
        }
    }

    /** All names of a dataset, the given one among them. */
    Set<DatasetName> names(DatasetName name) {
        return groups.getOrDefault(name, Set.of(name));
    }

    private Set<DatasetName> group(DatasetName name) {
        return groups.computeIfAbsent(name, alone -> new HashSet<>(Set.of(alone)));
    }
}
