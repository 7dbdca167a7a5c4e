package dev.nerium.sandbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.lake.scan.DeleteScope;
import dev.nerium.lake.scan.EqualityDeletes;
import dev.nerium.lake.scan.ManifestCounts;
import dev.nerium.lake.scan.PlannedFile;
import dev.nerium.lake.scan.PositionDeletes;
import dev.nerium.lake.scan.ScanPlan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;

/** The three forms in which a worker gets a plan, beside the examples of the protocol. */
class PlanPayloadTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path EXAMPLES = Path.of("spec", "protocol", "examples");
    private static final PositionDeletes DELETES =
            new PositionDeletes(List.of(Path.of("/lake/deletes.parquet")), List.of(), "", Optional.empty());

    private record Answer(ObjectNode header, List<String> columns) {}

    @Test
    void listsFilesThatAreReadByNamesAndWhole() throws IOException {
        JsonNode example = example("answer-plan-stored");

        Answer answer = encode(Optional.of(example.get("stored").toString()), PositionDeletes.NONE);

        assertThat(answer.header()).isEqualTo(example);
        assertThat(answer.columns()).isEmpty();
    }

    @Test
    void leavesOutConstantsWhereFilesAreReadByNames() throws IOException {
        JsonNode example = example("answer-plan-stored-deletes");

        Answer answer = encode(Optional.of(example.get("stored").toString()), DELETES);

        assertThat(answer.header()).isEqualTo(example);
        assertThat(answer.columns()).containsExactly("path", "bytes", "rows", "deletes");
    }

    @Test
    void hasConstantsWhereFilesAreReadByIds() throws IOException {
        Answer answer = encode(Optional.empty(), PositionDeletes.NONE);

        assertThat(answer.header()).isEqualTo(example("answer-plan"));
        assertThat(answer.columns()).containsExactly("path", "bytes", "rows", "constant-5");
    }

    private static Answer encode(Optional<String> stored, PositionDeletes deletes) throws IOException {
        ScanPlan plan = new ScanPlan(
                List.of(file("0.parquet", 1804, 100, deletes), file("1.parquet", 1102, 50, deletes)),
                EqualityDeletes.NONE,
                List.of(),
                150,
                deletes.equals(DELETES) ? OptionalLong.empty() : OptionalLong.of(0),
                new ManifestCounts(0, 0),
                Map.of(),
                stored);
        ObjectNode header = JSON.createObjectNode().put("type", "answer").put("id", 2);
        try (BufferAllocator allocator = new RootAllocator()) {
            Function<Path, String> name = path -> path.getFileName().toString();
            byte[] payload = new ScanPlanEncoder(allocator, name, name).encode(plan, header);
            return new Answer((ObjectNode) JSON.readTree(header.toString()), columns(payload, allocator));
        }
    }

    private static PlannedFile file(String name, long bytes, long rows, PositionDeletes deletes) {
        return new PlannedFile(
                Path.of("/lake", name),
                bytes,
                rows,
                deletes,
                new DeleteScope(0, 0),
                OptionalInt.empty(),
                Map.of(5, "\"setosa\""));
    }

    private static List<String> columns(byte[] payload, BufferAllocator allocator) throws IOException {
        if (payload.length == 0) {
            return List.of();
        }
        try (ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(payload), allocator)) {
            return reader.getVectorSchemaRoot().getSchema().getFields().stream()
                    .map(Field::getName)
                    .toList();
        }
    }

    private static JsonNode example(String name) throws IOException {
        return JSON.readTree(EXAMPLES.resolve(name + ".json").toFile());
    }
}
