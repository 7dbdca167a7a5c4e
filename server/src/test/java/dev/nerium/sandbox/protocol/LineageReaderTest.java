package dev.nerium.sandbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.sandbox.job.ColumnLineage;
import dev.nerium.sandbox.job.ColumnLineage.InputField;
import dev.nerium.sandbox.job.ColumnLineage.OutputField;
import dev.nerium.sandbox.job.ColumnLineage.Subtype;
import dev.nerium.sandbox.job.ColumnLineage.Transformation;
import dev.nerium.sandbox.job.PlanNote;
import dev.nerium.sandbox.job.PlanNote.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The examples of the protocol, as the server reads them. */
class LineageReaderTest {
    private static final Path EXAMPLES = Path.of("spec", "protocol", "examples");
    private static final LineageReader READER = new LineageReader(
            (handle, path) -> handle == 1 && Set.of("species", "size", "day").contains(path));

    @Test
    void readsWhatMadeTheColumnsAndTheRows() throws IOException {
        ColumnLineage lineage = READER.read(example("result")).orElseThrow();

        assertThat(lineage.fields())
                .containsExactly(
                        new OutputField("species", false, List.of(input("species", Subtype.IDENTITY))),
                        new OutputField("mean", false, List.of(input("size", Subtype.AGGREGATION))));
        assertThat(lineage.dataset())
                .containsExactly(input("day", Subtype.FILTER), input("species", Subtype.GROUP_BY, Subtype.SORT));
        assertThat(lineage.complete()).isTrue();
        assertThat(READER.read(example("explained"))).contains(lineage);
    }

    @Test
    void aResultMayHaveNone() throws IOException {
        assertThat(READER.read(example("result-written"))).isEmpty();
    }

    @Test
    void refusesAColumnOfNoTable() throws IOException {
        LineageReader stranger = new LineageReader((handle, path) -> false);
        JsonNode result = example("result");
        assertThatThrownBy(() -> stranger.read(result))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("The worker sent a lineage from a column that no table of the run has.");
    }

    @Test
    void readsWhatStandsOutInThePlan() throws IOException {
        assertThat(new PlanNotesReader(handle -> handle == 1).read(example("result")))
                .containsExactly(new PlanNote(Kind.ALL_COLUMNS, "All 3 columns are read.", OptionalInt.of(1)));
        JsonNode ofStranger = example("explained");
        assertThatThrownBy(() -> new PlanNotesReader(handle -> false).read(ofStranger))
                .hasMessage("The worker sent a note about a table that the run does not have.");
    }

    private static InputField input(String field, Subtype... subtypes) {
        Set<Transformation> transformations = Set.copyOf(List.of(subtypes).stream()
                .map(subtype -> new Transformation(subtype, false))
                .toList());
        return new InputField(1, field, transformations);
    }

    private static JsonNode example(String name) throws IOException {
        return new ObjectMapper().readTree(EXAMPLES.resolve(name + ".json").toFile());
    }
}
