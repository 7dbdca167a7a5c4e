package dev.nerium.observe.lineage;

import dev.nerium.observe.lineage.ColumnEdges.ColumnEdge;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Follows columns through a part of the graph, under the names that it shows. */
public final class ColumnSearch {
    private record Column(DatasetName dataset, String field) {}

    private final List<ColumnEdge> edges;

    public ColumnSearch(Subgraph graph, List<ColumnEdge> edges) {
        Map<DatasetName, DatasetName> shown = new HashMap<>();
        for (Subgraph.Dataset dataset : graph.datasets()) {
            shown.put(dataset.name(), dataset.name());
            dataset.aliases().forEach(alias -> shown.put(alias, dataset.name()));
        }
        this.edges = edges.stream()
                .filter(edge -> shown.containsKey(edge.from()) && shown.containsKey(edge.to()))
                .map(edge -> edge.between(
                        Objects.requireNonNull(shown.get(edge.from())), Objects.requireNonNull(shown.get(edge.to()))))
                .toList();
    }

    public List<ColumnEdge> all() {
        return edges;
    }

    /** The up- and downstream columns of a dataset's columns. */
    public List<ColumnEdge> around(DatasetName start, List<String> fields) {
        Set<Column> up = new HashSet<>();
        fields.forEach(field -> up.add(new Column(start, field)));
        Set<Column> down = new HashSet<>(up);
        grow(up, GraphSearch.Direction.UPSTREAM);
        grow(down, GraphSearch.Direction.DOWNSTREAM);
        return edges.stream()
                .filter(edge -> up.contains(to(edge)) || down.contains(from(edge)))
                .toList();
    }

    private void grow(Set<Column> columns, GraphSearch.Direction direction) {
        boolean up = direction == GraphSearch.Direction.UPSTREAM;
        int before;
        do {
            before = columns.size();
            for (ColumnEdge edge : edges) {
                if (columns.contains(up ? to(edge) : from(edge))) {
                    columns.add(up ? from(edge) : to(edge));
                }
            }
        } while (columns.size() > before);
    }

    private static Column from(ColumnEdge edge) {
        return new Column(edge.from(), edge.fromField());
    }

    private static Column to(ColumnEdge edge) {
        return new Column(edge.to(), edge.toField());
    }
}
