package dev.nerium.lake.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.lake.TestLake;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.commit.CommitIntent.Effect;
import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.write.CommitOutcome.Committed;
import dev.nerium.lake.write.CommitOutcome.Conflict;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.WriteTarget;
import dev.nerium.run.RunIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start does with commits that have no known end. */
class CommitRecoveryTest {
    private static final TableIdentifier T = TableIdentifier.of("default", "t");

    @TempDir
    private Path home;

    private final RunIds ids = new RunIds(Clock.systemUTC());
    private final UUID run = ids.next();

    @Test
    void keepsWhatLandedOnABranch() {
        write(ids.next(), 1);
        write(run, 2);
        try (EmbeddedCatalog outside = TestLake.outside(home)) {
            Table table = outside.loadTable(T);
            long landed = table.currentSnapshot().snapshotId();
            long before = table.currentSnapshot().parentId();
            table.manageSnapshots()
                    .createBranch("kept", landed)
                    .rollbackTo(before)
                    .commit();
        }

        leaveUnsettled(Effect.CHANGES);
        restart(List.of(1L));

        assertThat(TestLake.files(home, "t"))
                .filteredOn(file -> file.contains(run.toString()))
                .hasSize(1);
    }

    @Test
    void keepsFilesWhoseSnapshotExpired() {
        write(run, 1);
        write(ids.next(), 2);
        expireFirst();

        leaveUnsettled(Effect.CHANGES);

        restart(List.of(1L, 2L));
    }

    @Test
    void keepsFilesOfATableThatWasRenamed() {
        write(run, 1);
        leaveUnsettled(Effect.CREATES);
        try (EmbeddedCatalog outside = TestLake.outside(home)) {
            outside.renameTable(T, TableIdentifier.of("default", "renamed"));
        }

        try (TestLake lake = new TestLake(home, new LocalFileIO())) {
            assertThat(lake.unsettled()).isEmpty();
            assertThat(lake.values("renamed")).containsExactly(1L);
        }
    }

    @Test
    void keepsFilesOfATableThatWasDropped() {
        write(run, 1);
        leaveUnsettled(Effect.CHANGES);
        try (EmbeddedCatalog outside = TestLake.outside(home)) {
            outside.dropTable(T, false);
        }

        restart(List.of());

        assertThat(TestLake.files(home, "t")).anyMatch(file -> file.contains(run.toString()));
    }

    @Test
    void waitsForATableThatCanNotBeRead() throws IOException {
        write(run, 1);
        leaveUnsettled(Effect.CHANGES);
        Path metadata = metadataFile();
        String whole = Files.readString(metadata);
        Files.writeString(metadata, whole.substring(0, whole.length() / 2));

        try (TestLake lake = new TestLake(home, new LocalFileIO())) {
            assertThat(lake.unsettled()).containsExactly(run);
        }
        Files.writeString(metadata, whole);

        restart(List.of(1L));
    }

    @Test
    void forgetsACommitThatWasNotWrittenDownToTheEnd() throws IOException {
        write(ids.next(), 1);
        Files.writeString(home.resolve("lake").resolve("commits").resolve(run.toString()), "{\"table\":[\"olea");

        restart(List.of(1L));
    }

    @Test
    void aRepeatedRunWritesNothing() {
        write(run, 1);
        write(ids.next(), 2);

        write(run, 1);

        restart(List.of(1L, 2L));
    }

    @Test
    void refusesARunThatWroteBeforeAndWhoseSnapshotExpired() {
        write(run, 1);
        write(ids.next(), 2);
        expireFirst();

        try (TestLake lake = new TestLake(home, new LocalFileIO())) {
            assertThatThrownBy(() -> lake.write("t", SaveMode.Plain.APPEND, run, 1))
                    .hasMessage("The run " + run + " has written to this table before: use a new run id.");
        }
        restart(List.of(1L, 2L));
    }

    @Test
    void aCommitThatLostLeavesNothing() {
        try (TestLake lake = new TestLake(home, new LocalFileIO())) {
            lake.write("t", SaveMode.Plain.APPEND, ids.next(), 1);
            WriteTarget overwrite = lake.prepare("t", SaveMode.Plain.OVERWRITE);
            lake.write("t", SaveMode.Plain.APPEND, ids.next(), 2);

            assertThat(lake.lake().commit(overwrite, run, TestLake.staged(lake.stage(3))))
                    .isInstanceOf(Conflict.class);

            assertThat(lake.values("t")).containsExactly(1L, 2L);
            assertThat(lake.orphans("t")).isEmpty();
            assertThat(lake.unsettled()).isEmpty();
        }
    }

    private void write(UUID id, long value) {
        try (TestLake lake = new TestLake(home, new LocalFileIO())) {
            assertThat(lake.write("t", SaveMode.Plain.APPEND, id, value))
                    .isInstanceOfSatisfying(
                            Committed.class,
                            committed -> assertThat(committed.rows()).isEqualTo(1));
        }
    }

    private void expireFirst() {
        try (EmbeddedCatalog outside = TestLake.outside(home)) {
            Table table = outside.loadTable(T);
            table.expireSnapshots()
                    .expireSnapshotId(table.currentSnapshot().parentId())
                    .commit();
            assertThat(CommittedRuns.has(outside.loadTable(T), run)).isFalse();
        }
    }

    /** As if the server had died before it crossed the commit out. */
    private void leaveUnsettled(Effect effect) {
        try (EmbeddedCatalog outside = TestLake.outside(home)) {
            UUID id = outside.loadTable(T).uuid();
            List<String> files = TestLake.files(home, "t").stream()
                    .filter(file -> file.contains(run.toString()))
                    .toList();
            TestLake.journal(home)
                    .open(new CommitIntent(run, TestLake.name("t"), id, effect, files))
                    .close();
        }
    }

    private void restart(List<Long> expected) {
        try (TestLake lake = new TestLake(home, new LocalFileIO())) {
            assertThat(lake.unsettled()).isEmpty();
            assertThat(lake.values("t")).isEqualTo(expected);
        }
    }

    private Path metadataFile() {
        return TestLake.files(home, "t").stream()
                .filter(file -> file.endsWith(".metadata.json"))
                .max(String::compareTo)
                .map(Path::of)
                .orElseThrow();
    }
}
