package dev.nerium.observe.lineage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.observe.lineage.LineageEvent.JobId;
import dev.nerium.store.StateStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.statement.Query;

/** The column lineage of jobs, from their last events. Thread-safe. */
public final class ColumnEdges {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int JOBS_AT_ONCE = 400;

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

    /** @param onlyKey key whose runs and events are used; empty for all keys */
    public List<ColumnEdge> of(List<JobId> jobs, Optional<String> onlyKey) {
        List<ColumnEdge> edges = new ArrayList<>();
        for (int i = 0; i < jobs.size(); i += JOBS_AT_ONCE) {
            List<JobId> some = jobs.subList(i, Math.min(jobs.size(), i + JOBS_AT_ONCE));
            edges.addAll(read(some, onlyKey));
        }
        // Several keys may have reported the same.
        return edges.stream().distinct().toList();
    }

    private List<ColumnEdge> read(List<JobId> jobs, Optional<String> onlyKey) {
        String rows = Collections.nCopies(jobs.size(), "(?, ?)").stream().collect(Collectors.joining(", "));
        return store.with(handle -> {
            Query query =
                    handle.createQuery("select job_namespace, job_name, namespace, name, columns from lineage_edge"
                            + " where role = 'OUTPUT' and columns is not null and (job_namespace, job_name) in (values "
                            + rows + ")" + (onlyKey.isPresent() ? " and key_id = ?" : ""));
            for (int i = 0; i < jobs.size(); i++) {
                query.bind(2 * i, jobs.get(i).namespace())
                        .bind(2 * i + 1, jobs.get(i).name());
            }
            onlyKey.ifPresent(key -> query.bind(2 * jobs.size(), key));
            List<ColumnEdge> edges = new ArrayList<>();
            query.map((row, context) -> {
                        add(
                                edges,
                                new JobId(row.getString(1), row.getString(2)),
                                new DatasetName(row.getString(3), row.getString(4)),
                                facet(row.getString(5)));
                        return true;
                    })
                    .forEach(read -> {});
            return edges;
        });
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
