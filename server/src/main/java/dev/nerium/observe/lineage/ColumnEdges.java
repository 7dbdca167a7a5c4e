package dev.nerium.observe.lineage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.observe.lineage.ColumnWrites.Write;
import dev.nerium.observe.lineage.LineageEvent.JobId;
import dev.nerium.observe.lineage.LineageEvent.WriteEffect;
import dev.nerium.store.StateStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The column lineage of the rows that datasets have, from the events of the runs that wrote them. Thread-safe. */
public final class ColumnEdges {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int VALUES_AT_ONCE = 400;

    /**
     * A column of one dataset is an input of a column of another, or affects all of its rows.
     *
     * @param toField empty if the column affects all rows of that dataset
     * @param transformations in the format of the column lineage facet
     */
    public record ColumnEdge(
            JobId job, DatasetName from, String fromField, DatasetName to, String toField, JsonNode transformations) {
        ColumnEdge between(DatasetName one, DatasetName other) {
            return new ColumnEdge(job, one, fromField, other, toField, transformations);
        }
    }

    private final StateStore store;

    public ColumnEdges(StateStore store) {
        this.store = store;
    }

    /**
     * The edges into the datasets of a graph.
     *
     * @param onlyKey key whose runs and events are shown; empty for all keys
     */
    public List<ColumnEdge> of(Subgraph graph, GraphSearch.Period period, Optional<String> onlyKey) {
        return store.with(handle -> {
            List<Write> held = held(handle, graph, period).stream()
                    .filter(write -> graph.jobs().containsKey(write.job()))
                    .filter(write -> onlyKey.isEmpty() || onlyKey.get().equals(write.keyId()))
                    .toList();
            Map<String, JsonNode> facets = facets(
                    handle, held.stream().map(Write::columnsId).distinct().toList());
            List<ColumnEdge> edges = new ArrayList<>();
            for (Write write : held) {
                JsonNode facet = facets.get(write.columnsId());
                if (facet != null) {
                    add(edges, write.job(), write.dataset(), facet);
                }
            }
            // Several runs and keys may have the same.
            return edges.stream().distinct().toList();
        });
    }

    private static List<Write> held(Handle handle, Subgraph graph, GraphSearch.Period period) {
        ColumnWrites writes = new ColumnWrites(period);
        List<DatasetName> names = new ArrayList<>();
        for (Subgraph.Dataset dataset : graph.datasets()) {
            Stream.concat(Stream.of(dataset.name()), dataset.aliases().stream()).forEach(name -> {
                writes.name(name, dataset.name());
                names.add(name);
            });
        }
        for (int i = 0; i < names.size(); i += VALUES_AT_ONCE) {
            read(handle, names.subList(i, Math.min(names.size(), i + VALUES_AT_ONCE)), period)
                    .forEach(writes::add);
        }
        return writes.held();
    }

    private static List<Write> read(Handle handle, List<DatasetName> datasets, GraphSearch.Period period) {
        Query query = handle.createQuery("select job_namespace, job_name, namespace, name, key_id, columns_id, effect,"
                + " run_id, seen_at, last_event from lineage_edge where role = 'OUTPUT' and first_at <= ?"
                + " and (namespace, name) in (values " + repeated("(?, ?)", datasets.size()) + ")");
        query.bind(0, period.untilMillis());
        for (int i = 0; i < datasets.size(); i++) {
            query.bind(2 * i + 1, datasets.get(i).namespace())
                    .bind(2 * i + 2, datasets.get(i).name());
        }
        return query.map((row, context) -> new Write(
                        new JobId(row.getString(1), row.getString(2)),
                        new DatasetName(row.getString(3), row.getString(4)),
                        row.getString(5),
                        row.getString(6),
                        WriteEffect.valueOf(row.getString(7)),
                        Optional.ofNullable(row.getString(8)),
                        Math.min(row.getLong(9), period.untilMillis()),
                        row.getString(10)))
                .list();
    }

    private static Map<String, JsonNode> facets(Handle handle, List<String> ids) {
        Map<String, JsonNode> facets = new HashMap<>();
        for (int i = 0; i < ids.size(); i += VALUES_AT_ONCE) {
            List<String> some = ids.subList(i, Math.min(ids.size(), i + VALUES_AT_ONCE));
            Query query = handle.createQuery(
                    "select id, columns from lineage_columns where id in (" + repeated("?", some.size()) + ")");
            for (int j = 0; j < some.size(); j++) {
                query.bind(j, some.get(j));
            }
            query.map((row, context) -> Map.entry(row.getString(1), facet(row.getString(2))))
                    .forEach(entry -> facets.put(entry.getKey(), entry.getValue()));
        }
        return facets;
    }

    private static String repeated(String text, int times) {
        return String.join(", ", Collections.nCopies(times, text));
    }

    private static void add(List<ColumnEdge> edges, JobId job, DatasetName to, JsonNode facet) {
        facet.path("fields").properties().forEach(field -> {
            for (JsonNode input : field.getValue().path("inputFields")) {
                edges.add(edge(job, input, to, field.getKey()));
            }
        });
        for (JsonNode input : facet.path("dataset")) {
            edges.add(edge(job, input, to, ""));
        }
    }

    private static ColumnEdge edge(JobId job, JsonNode input, DatasetName to, String field) {
        return new ColumnEdge(
                job,
                new DatasetName(
                        input.path("namespace").asText(), input.path("name").asText()),
                input.path("field").asText(),
                to,
                field,
                input.path("transformations"));
    }

    private static JsonNode facet(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The column lineage of a job can't be read", e);
        }
    }
}
