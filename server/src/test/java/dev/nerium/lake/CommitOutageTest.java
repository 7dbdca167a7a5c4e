package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.write.CommitOutcome.Committed;
import dev.nerium.lake.write.CommitOutcome.Unknown;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.StagedResult;
import dev.nerium.lake.write.WriteTarget;
import dev.nerium.run.RunIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The catalog goes away in the middle of a commit. */
@Tag("server")
class CommitOutageTest {
    /** Holds the write lock until its input ends. */
    private static final String LOCK = """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)
            connection.execute('BEGIN IMMEDIATE')
            print('locked', flush=True)
            sys.stdin.read()
            """;

    @TempDir
    private Path home;

    private final RunIds ids = new RunIds(Clock.systemUTC());

    @Test
    void aCatalogThatAnotherProgramLocksFailsTheCommitAndLeavesNothing() throws Exception {
        try (TestLake lake = new TestLake(home, new LocalFileIO())) {
            lake.write("t", SaveMode.Plain.APPEND, ids.next(), 1);
            Process locker =
                    new ProcessBuilder("python3", "-c", LOCK, database().toString()).start();
            try {
                assertThat(locker.inputReader(StandardCharsets.UTF_8).readLine())
                        .isEqualTo("locked");

                assertThatThrownBy(() -> lake.write("t", SaveMode.Plain.APPEND, ids.next(), 2))
                        .isInstanceOf(NeriumException.class)
                        .hasMessage("The catalog failed: nothing was written to oleander.default.t.")
                        .satisfies(e -> assertThat(((NeriumException) e).code()).isEqualTo(ErrorCode.CATALOG_ERROR));
            } finally {
                locker.destroyForcibly().waitFor();
            }
            assertNothingIsLeft(lake, List.of(1L));
        }
    }

    /** SQLite itself would go on in the removed file, and the rows would be lost with the process. */
    @Test
    void aCatalogThatIsRemovedLeavesTheEndUnknownUntilItIsBack() throws IOException {
        try (TestLake lake = new TestLake(home, new LocalFileIO())) {
            lake.write("t", SaveMode.Plain.APPEND, ids.next(), 1);
            UUID run = ids.next();
            WriteTarget target = lake.prepare("t", SaveMode.Plain.APPEND);
            StagedResult staged = TestLake.staged(lake.stage(2));
            Path away = home.resolve("away.db");
            Files.move(database(), away);

            assertThat(lake.lake().commit(target, run, staged)).isInstanceOf(Unknown.class);
            assertThat(lake.unsettled()).containsExactly(run);
            assertThat(TestLake.files(home, "t")).anyMatch(file -> file.contains(run.toString()));

            Files.move(away, database());
            await().until(() -> lake.unsettled().isEmpty());
            assertNothingIsLeft(lake, List.of(1L));
            assertThat(lake.write("t", SaveMode.Plain.APPEND, run, 2))
                    .isInstanceOfSatisfying(
                            Committed.class,
                            committed -> assertThat(committed.rows()).isEqualTo(1));
            assertNothingIsLeft(lake, List.of(1L, 2L));
        }
    }

    @Test
    void aCatalogThatIsReplacedIsNotBelieved() throws IOException {
        try (TestLake lake = new TestLake(home, new LocalFileIO())) {
            lake.write("t", SaveMode.Plain.APPEND, ids.next(), 1);
            Files.move(database(), home.resolve("away.db"));
            Files.createFile(database());

            assertThatThrownBy(() -> lake.write("t", SaveMode.Plain.APPEND, ids.next(), 2))
                    .hasMessage("The catalog's file " + database() + " was removed or replaced while the server ran:"
                            + " restore the original file, or restart the server to use the present one.");
        }
    }

    private void assertNothingIsLeft(TestLake lake, List<Long> values) {
        assertThat(lake.values("t")).isEqualTo(values);
        assertThat(lake.orphans("t")).isEmpty();
        assertThat(lake.unsettled()).isEmpty();
    }

    private Path database() {
        return home.resolve("lake").resolve("catalog.db");
    }
}
