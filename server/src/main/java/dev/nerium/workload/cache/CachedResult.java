package dev.nerium.workload.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.lake.write.StagedResult;
import dev.nerium.run.ColumnLineage;
import dev.nerium.run.ColumnLineage.Source;
import dev.nerium.run.RunFacts;
import dev.nerium.run.RunFacts.Note;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.sandbox.job.ResultPart;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The result of a run, in memory.
 *
 * @param completed the end of its job, without files
 * @param versions of what executed it
 * @param inputs the names of the tables that it read
 */
public record CachedResult(Completed completed, Map<String, String> versions, List<String> inputs) {
    private static final List<String> SHAPE = List.of("rows", "returned", "columns", "dtypes", "encodings");

    /** Approximate memory of a name with the objects around it. */
    private static final long BYTES_PER_NAME = 200;

    public CachedResult {
        versions = Map.copyOf(versions);
        inputs = List.copyOf(inputs);
    }

    /** Reads the rows into memory, while the files of the job are there. */
    static CachedResult of(Completed completed, RunFacts facts) throws IOException {
        List<ResultPart> parts = new ArrayList<>();
        for (ResultPart part : completed.parts()) {
            parts.add(inMemory(part));
        }
        // The rest of the message is as large as its lineage, which the facts have.
        ObjectNode shape = JsonNodeFactory.instance.objectNode();
        SHAPE.forEach(field -> shape.set(field, completed.shape().path(field)));
        Completed rows = new Completed(
                shape,
                parts,
                new StagedResult(List.of(), Optional.empty()),
                Optional.ofNullable(facts.columnLineage()),
                facts.notes(),
                completed.deterministic(),
                Optional.empty());
        List<String> inputs = facts.inputs().stream().map(RunFacts.Input::table).toList();
        return new CachedResult(rows, facts.versions(), inputs);
    }

    private static ResultPart inMemory(ResultPart part) throws IOException {
        if (part instanceof ResultPart.InMemory) {
            return part;
        }
        try (InputStream rows = part.open()) {
            return new ResultPart.InMemory(part.rows(), rows.readAllBytes());
        }
    }

    /** Approximate memory. */
    long bytes() {
        long bytes = memory(names());
        for (ResultPart part : completed.parts()) {
            if (part instanceof ResultPart.InMemory(var _, byte[] content)) {
                bytes += content.length;
            }
        }
        return bytes;
    }

    private static long memory(Stream<String> names) {
        return names.mapToLong(name -> BYTES_PER_NAME + 2L * name.length()).sum();
    }

    private Stream<String> names() {
        Stream<String> columns = Stream.of("columns", "dtypes", "encodings")
                .flatMap(field -> completed.shape().path(field).valueStream())
                .map(JsonNode::toString);
        Stream<String> lineage = completed.lineage().stream().flatMap(CachedResult::names);
        return Stream.of(columns, lineage, completed.notes().stream().map(Note::detail), inputs.stream())
                .flatMap(all -> all);
    }

    private static Stream<String> names(ColumnLineage lineage) {
        Stream<Source> sources = Stream.concat(
                lineage.fields().stream().flatMap(field -> field.inputs().stream()), lineage.dataset().stream());
        return Stream.concat(lineage.fields().stream().map(ColumnLineage.Field::name), sources.map(Source::field));
    }
}
