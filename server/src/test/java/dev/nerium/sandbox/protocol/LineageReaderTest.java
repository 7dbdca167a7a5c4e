package dev.nerium.sandbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.run.ColumnLineage;
import dev.nerium.run.ColumnLineage.Field;
import dev.nerium.run.ColumnLineage.Source;
import dev.nerium.run.ColumnLineage.Transformation;
import dev.nerium.run.RunFacts.Note;
import dev.nerium.sandbox.job.WorkerCallbacks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The examples of the protocol, as the server reads them. */
class LineageReaderTest {
    private static final Path EXAMPLES = Path.of("spec", "protocol", "examples");
    private static final WorkerCallbacks TABLES = new WorkerCallbacks() {
        @Override
        public boolean hasTable(int handle) {
            return handle == 1;
        }

        @Override
        public boolean hasField(int handle, String path) {
            return hasTable(handle) && Set.of("species", "size", "day").contains(path);
        }

        @Override
        public String nameOf(int handle) {
            return "default.flowers";
        }
    };

    private static final LineageReader READER = new LineageReader(TABLES);

    @Test
    void readsWhatMadeTheColumnsAndTheRows() throws IOException {
        ColumnLineage lineage = READER.read(example("result")).orElseThrow();

        assertThat(lineage.fields())
                .containsExactly(
                        new Field("species", false, List.of(input("species", "DIRECT", "IDENTITY"))),
                        new Field("mean", false, List.of(input("size", "DIRECT", "AGGREGATION"))));
        assertThat(lineage.dataset())
                .containsExactly(input("day", "INDIRECT", "FILTER"), input("species", "INDIRECT", "GROUP_BY", "SORT"));
        assertThat(lineage.complete()).isTrue();
        assertThat(READER.read(example("explained"))).contains(lineage);
    }

    @Test
    void aResultMayHaveNone() throws IOException {
        assertThat(READER.read(example("result-written"))).isEmpty();
    }

    @Test
    void refusesAColumnOfNoTable() throws IOException {
        LineageReader stranger = new LineageReader(WorkerCallbacks.NONE);
        JsonNode result = example("result");
        assertThatThrownBy(() -> stranger.read(result))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("The worker sent a lineage from a column that no table of the run has.");
    }

    @Test
    void readsWhatStandsOutInThePlan() throws IOException {
        assertThat(new PlanNotesReader(TABLES).read(example("result")))
                .containsExactly(new Note("all-columns", "All 3 columns are read.", "default.flowers"));
        JsonNode ofStranger = example("explained");
        assertThatThrownBy(() -> new PlanNotesReader(WorkerCallbacks.NONE).read(ofStranger))
                .hasMessage("The worker sent a note about a table that the run does not have.");
    }

    private static Source input(String field, String type, String... subtypes) {
        return new Source(
                "default.flowers",
                field,
                Stream.of(subtypes)
                        .map(subtype -> new Transformation(type, subtype, false))
                        .toList());
    }

    private static JsonNode example(String name) throws IOException {
        return new ObjectMapper().readTree(EXAMPLES.resolve(name + ".json").toFile());
    }
}
