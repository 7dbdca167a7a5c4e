package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.write.CommitOutcome;
import dev.nerium.lake.write.CommitOutcome.Committed;
import dev.nerium.lake.write.CommitOutcome.Conflict;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.SchemaMode;
import dev.nerium.lake.write.WriteModes;
import dev.nerium.lake.write.WriteTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Appends that were all begun on one state of a table, and of which some add columns. */
@Tag("server")
class SchemaRacesTest {
    @TempDir
    private Path home;

    private TestLake lake;

    @BeforeEach
    void open() {
        lake = new TestLake(home, new LocalFileIO());
        lake.write("t", SaveMode.Plain.APPEND, UUID.randomUUID(), 0);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    @Test
    void appendsLandWhereAnotherAddsAColumn() {
        WriteTarget plain = begin(SchemaMode.STRICT);
        WriteTarget added = begin(SchemaMode.MERGE, "b");
        WriteTarget addedToo = begin(SchemaMode.MERGE, "b");

        assertThat(commit(added, 1))
                .isInstanceOfSatisfying(
                        Committed.class,
                        committed -> assertThat(committed.rows()).isEqualTo(1));
        assertThat(commit(plain, 2))
                .isInstanceOfSatisfying(
                        Committed.class,
                        committed -> assertThat(committed.rows()).isEqualTo(1));
        assertThat(commit(addedToo, 3))
                .isInstanceOfSatisfying(
                        Committed.class,
                        committed -> assertThat(committed.rows()).isEqualTo(1));

        assertThat(columns()).containsExactly("x", "b");
        assertThat(lake.values("t")).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void anAddedColumnLandsAfterOtherRows() {
        WriteTarget added = begin(SchemaMode.MERGE, "b");

        assertThat(commit(begin(SchemaMode.STRICT), 1))
                .isInstanceOfSatisfying(
                        Committed.class,
                        committed -> assertThat(committed.rows()).isEqualTo(1));
        assertThat(commit(added, 2))
                .isInstanceOfSatisfying(
                        Committed.class,
                        committed -> assertThat(committed.rows()).isEqualTo(1));

        assertThat(columns()).containsExactly("x", "b");
    }

    /** The files of the second say that the next id is 'c', and that is 'b' by then. */
    @Test
    void ofTwoNewColumnsTheSecondIsAConflict() {
        WriteTarget first = begin(SchemaMode.MERGE, "b");
        WriteTarget second = begin(SchemaMode.MERGE, "c");

        assertThat(commit(first, 1))
                .isInstanceOfSatisfying(
                        Committed.class,
                        committed -> assertThat(committed.rows()).isEqualTo(1));
        assertThat(commit(second, 2)).isInstanceOf(Conflict.class);

        assertThat(columns()).containsExactly("x", "b");
        assertThat(lake.values("t")).containsExactly(0L, 1L);
        assertThat(lake.orphans("t")).isEmpty();
    }

    private WriteTarget begin(SchemaMode mode, String... more) {
        List<NestedField> columns = new ArrayList<>(TestLake.SCHEMA.columns());
        for (String name : more) {
            columns.add(NestedField.optional(columns.size() + 1, name, Types.StringType.get()));
        }
        TableBranch name = TableBranch.main(TestLake.name("t"));
        return lake.lake()
                .prepare(
                        name,
                        new WriteModes(SaveMode.Plain.APPEND, mode),
                        lake.all().baseline(name),
                        SchemaParser.toJson(new Schema(columns)));
    }

    private CommitOutcome commit(WriteTarget target, long value) {
        return lake.lake().commit(target, UUID.randomUUID(), TestLake.staged(lake.stage(value)));
    }

    private List<String> columns() {
        return lake.lake().pin(TableReference.current(TestLake.name("t"))).table().schema().columns().stream()
                .map(NestedField::name)
                .toList();
    }
}
