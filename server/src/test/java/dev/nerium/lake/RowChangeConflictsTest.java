package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.write.CommitOutcome;
import dev.nerium.lake.write.CommitOutcome.Committed;
import dev.nerium.lake.write.CommitOutcome.Conflict;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.StagedFile;
import dev.nerium.lake.write.StagedResult;
import dev.nerium.lake.write.StagedResult.Replaced;
import dev.nerium.lake.write.WriteTarget;
import dev.nerium.run.RunIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements that change rows and meet other writers: the rows are always those of the statements one after the other. */
@Tag("server")
class RowChangeConflictsTest {
    private static final String TABLE = "t";
    private static final String SMALL = "{\"type\": \"lt\", \"term\": \"x\", \"value\": 10}";

    @TempDir
    private Path home;

    private TestLake lake;

    @BeforeEach
    void create() {
        lake = new TestLake(home, new LocalFileIO());
        lake.write(TABLE, SaveMode.Plain.OVERWRITE, run(), 1, 2, 3);
        lake.write(TABLE, SaveMode.Plain.APPEND, run(), 20, 30);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    @Test
    void anAddedRowThatTheStatementWouldHaveChangedIsAConflict() {
        WriteTarget update = change(SMALL);
        lake.write(TABLE, SaveMode.Plain.APPEND, run(), 5);

        assertThat(commit(update, 1, rows(0), 101)).isInstanceOf(Conflict.class);
        assertThat(values()).containsExactly(1L, 2L, 3L, 5L, 20L, 30L);
    }

    @Test
    void anAddedRowThatTheStatementWouldHaveLeftAloneIsNone() {
        WriteTarget update = change(SMALL);
        lake.write(TABLE, SaveMode.Plain.APPEND, run(), 40);

        assertThat(commit(update, 1, rows(0), 101)).isInstanceOf(Committed.class);
        assertThat(values()).containsExactly(2L, 3L, 20L, 30L, 40L, 101L);
    }

    @Test
    void anyAddedRowIsAConflictForAStatementThatReadsOthers() {
        WriteTarget update = change(SMALL);
        WriteTarget reader = update.withCandidates(update.candidates().ofAnyRow());
        lake.write(TABLE, SaveMode.Plain.APPEND, run(), 40);

        assertThat(commit(reader, 1, rows(0), 101)).isInstanceOf(Conflict.class);
        assertThat(values()).containsExactly(1L, 2L, 3L, 20L, 30L, 40L);
    }

    @Test
    void oneOfTwoUpdatesOfARowIsAConflict() {
        WriteTarget one = change(SMALL);
        WriteTarget other = change(SMALL);

        assertThat(commit(one, 1, rows(0), 101)).isInstanceOf(Committed.class);
        assertThat(commit(other, 1, rows(0), 201)).isInstanceOf(Conflict.class);
        assertThat(values()).containsExactly(2L, 3L, 20L, 30L, 101L);
    }

    @Test
    void anUpdateOfARowThatOthersDeletedIsAConflict() {
        WriteTarget update = change(SMALL);
        WriteTarget delete = change(SMALL);

        assertThat(commit(delete, 0, rows(0))).isInstanceOf(Committed.class);
        assertThat(commit(update, 1, rows(0), 201)).isInstanceOf(Conflict.class);
        assertThat(values()).containsExactly(2L, 3L, 20L, 30L);
    }

    @Test
    void aRowMayBeDeletedTwice() {
        WriteTarget one = change(SMALL);
        WriteTarget other = change(SMALL);

        assertThat(commit(one, 0, rows(0))).isInstanceOf(Committed.class);
        assertThat(commit(other, 0, rows(0, 1))).isInstanceOf(Committed.class);
        assertThat(values()).containsExactly(3L, 20L, 30L);
    }

    @Test
    void aDeleteWhoseRowsOthersUpdatedIntoItsConditionIsAConflict() {
        WriteTarget delete = change(SMALL);
        assertThat(commit(change(SMALL), 1, rows(0), 7)).isInstanceOf(Committed.class);

        assertThat(commit(delete, 0, rows(0, 1, 2))).isInstanceOf(Conflict.class);
        assertThat(values()).containsExactly(2L, 3L, 7L, 20L, 30L);
    }

    @Test
    void rowsOfFilesThatOthersReplacedAreAConflict() {
        WriteTarget delete = change(SMALL);
        lake.write(TABLE, SaveMode.Plain.OVERWRITE, run(), 50);

        assertThat(commit(delete, 0, rows(0))).isInstanceOf(Conflict.class);
        assertThat(values()).containsExactly(50L);
    }

    @Test
    void aFileThatLosesItsLastRowIsRemovedUnlessOthersDeletedFromIt() {
        WriteTarget whole = change(SMALL);
        WriteTarget late = change(SMALL);

        assertThat(commit(whole, 0, rows(0, 1, 2))).isInstanceOf(Committed.class);
        assertThat(table().currentSnapshot().summary())
                .containsEntry("deleted-data-files", "1")
                .doesNotContainKey("added-delete-files");
        assertThat(commit(late, 0, rows(0, 1, 2))).isInstanceOf(Conflict.class);
        assertThat(values()).containsExactly(20L, 30L);
    }

    @Test
    void aTruncationOfATableThatOthersAddedToIsAConflict() {
        WriteTarget truncate = lake.prepare(TABLE, SaveMode.Plain.TRUNCATE);
        lake.write(TABLE, SaveMode.Plain.APPEND, run(), 40);

        assertThat(lake.lake().commit(truncate, run(), TestLake.staged())).isInstanceOf(Conflict.class);
        assertThat(values()).containsExactly(1L, 2L, 3L, 20L, 30L, 40L);
        assertThat(lake.lake().commit(lake.prepare(TABLE, SaveMode.Plain.TRUNCATE), run(), TestLake.staged()))
                .isInstanceOf(Committed.class);
        assertThat(values()).isEmpty();
    }

    @Test
    void aChangeOfNothingIsNoCommit() {
        long before = table().currentSnapshot().snapshotId();

        assertThat(commit(change(SMALL), 0, rows())).isInstanceOf(Committed.class);
        assertThat(table().currentSnapshot().snapshotId()).isEqualTo(before);
    }

    /** A statement at the point where it has requested the files that may have rows of its condition. */
    private WriteTarget change(String filter) {
        WriteTarget target = lake.prepare(TABLE, SaveMode.Plain.ROWS);
        return target.withCandidates(
                lake.lake().liveCandidates(target.base().table().orElseThrow(), Optional.of(filter)));
    }

    private CommitOutcome commit(WriteTarget target, long updated, Path numbers, long... written) {
        List<StagedFile> files = written.length == 0 ? List.of() : List.of(lake.stage(written));
        return lake.lake().commit(target, run(), new StagedResult(files, Optional.of(new Replaced(numbers, updated))));
    }

    /** A file of row numbers as a worker leaves it. */
    private Path rows(long... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(numbers).forEach(bytes::putLong);
        try {
            return Files.write(home.resolve("numbers-" + UUID.randomUUID()), bytes.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Table table() {
        return lake.lake().pin(TableReference.current(TestLake.name(TABLE))).table();
    }

    private List<Long> values() {
        List<Long> values = new ArrayList<>();
        try (CloseableIterable<Record> rows = IcebergGenerics.read(table()).build()) {
            rows.forEach(row -> values.add((Long) row.getField("x")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return values.stream().sorted().toList();
    }

    private static UUID run() {
        return new RunIds(Clock.systemUTC()).next();
    }
}
