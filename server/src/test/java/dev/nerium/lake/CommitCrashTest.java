package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.write.CommitOutcome.Committed;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.run.RunIds;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server dies at every step of a commit, one after the other, and another opens its lake. */
@Tag("server")
class CommitCrashTest {
    private static final List<Long> NOTHING = List.of();

    @TempDir
    private Path home;

    private final RunIds ids = new RunIds(Clock.systemUTC());

    @ParameterizedTest
    @EnumSource(
            value = SaveMode.Plain.class,
            names = {"OVERWRITE", "APPEND"})
    void aTableIsAsItWasOrAsItWasMeantToBe(SaveMode mode) {
        List<Long> meant = mode == SaveMode.Plain.APPEND ? List.of(1L, 2L, 3L) : List.of(2L, 3L);
        int points = 0;
        while (survivesDeathAt(points + 1, "t" + points, mode, List.of(1L), meant)) {
            points++;
        }
        assertThat(points).isGreaterThan(15);
    }

    @Test
    void aTableIsThereAsAWholeOrNotAtAll() {
        int points = 0;
        while (survivesDeathAt(points + 1, "n" + points, SaveMode.Plain.OVERWRITE, NOTHING, List.of(2L, 3L))) {
            points++;
        }
        assertThat(points).isGreaterThan(10);
    }

    /** The main branch is as it was in either case. */
    @ParameterizedTest
    @EnumSource(
            value = SaveMode.Plain.class,
            names = {"OVERWRITE", "APPEND"})
    void aBranchIsAsItWasOrAsItWasMeantToBe(SaveMode mode) {
        List<Long> meant = mode == SaveMode.Plain.APPEND ? List.of(1L, 2L, 3L) : List.of(2L, 3L);
        int points = 0;
        while (survivesDeathAt(points + 1, "b" + points + "@branch:x/y", mode, List.of(1L), meant)) {
            try (TestLake lake = new TestLake(home, new LocalFileIO())) {
                assertThat(lake.values("b" + points))
                        .as("main after step %d", points)
                        .containsExactly(1L);
            }
            points++;
        }
        assertThat(points).isGreaterThan(15);
    }

    /** Returns whether the server died before the commit came to its end. */
    private boolean survivesDeathAt(int step, String table, SaveMode mode, List<Long> before, List<Long> meant) {
        MortalFiles files = new MortalFiles();
        UUID run = ids.next();
        try (TestLake lake = new TestLake(home, files)) {
            if (!before.isEmpty()) {
                lake.write(TestLake.branch(table).name().table(), mode, ids.next(), 1);
                lake.createBranch(TestLake.branch(table));
            }
            files.dieAt(step);
            commit(lake, table, mode, run);
        }
        try (TestLake lake = new TestLake(home, new LocalFileIO())) {
            assertThat(lake.values(table)).as("rows after step %d", step).isIn(before, meant);
            assertThat(lake.orphans(table)).as("orphans after step %d", step).isEmpty();
            assertThat(lake.unsettled()).as("journal after step %d", step).isEmpty();

            assertThat(lake.write(table, mode, run, 2, 3))
                    .isInstanceOfSatisfying(
                            Committed.class,
                            committed -> assertThat(committed.rows()).isEqualTo(2));
            assertThat(lake.values(table)).as("repeated after step %d", step).isEqualTo(meant);
        }
        return files.isDead();
    }

    private static void commit(TestLake lake, String table, SaveMode mode, UUID run) {
        try {
            assertThat(lake.write(table, mode, run, 2, 3))
                    .isInstanceOfSatisfying(
                            Committed.class,
                            committed -> assertThat(committed.rows()).isEqualTo(2));
        } catch (MortalFiles.Death expected) {
            // The next server finds what is left.
        }
    }
}
