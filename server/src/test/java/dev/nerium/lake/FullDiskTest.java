package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.SmallDisk;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.write.CommitOutcome.Committed;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.StagedResult;
import dev.nerium.lake.write.WriteTarget;
import dev.nerium.run.RunIds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills up at each step of a commit: what is left of the space grows by a page until the commit fits. */
@Tag("server")
class FullDiskTest {
    @TempDir
    private Path folder;

    private final RunIds ids = new RunIds(Clock.systemUTC());

    @Test
    void aCommitThatDoesNotFitLeavesNothing() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), "4m");
                TestLake lake = new TestLake(disk.folder(), new LocalFileIO())) {
            lake.write("t", SaveMode.Plain.APPEND, ids.next(), 1);
            int failures = 0;
            while (!fits(lake, disk, failures)) {
                failures++;
                assertThat(lake.values("t")).as("with %d pages", failures - 1).containsExactly(1L);
                assertThat(lake.orphans("t")).as("with %d pages", failures - 1).isEmpty();
            }
            assertThat(failures).isGreaterThan(3);
            assertThat(lake.values("t")).containsExactly(1L, 2L);
            assertThat(lake.orphans("t")).isEmpty();
        }
    }

    private boolean fits(TestLake lake, SmallDisk disk, int pages) throws Exception {
        WriteTarget target = lake.prepare("t", SaveMode.Plain.APPEND);
        StagedResult staged = TestLake.staged(lake.stage(2));
        disk.fill(pages);
        try {
            return lake.lake().commit(target, ids.next(), staged) instanceof Committed(long rows, var snapshot)
                    && rows == 1;
        } catch (NeriumException e) {
            assertThat(e.code()).as(e.getMessage() + e.details()).isEqualTo(ErrorCode.STORAGE_FULL);
            assertThat(e)
                    .hasMessage("The disk of the lake is full: nothing was written to oleander.default.t."
                            + " Free some space and try again.");
            return false;
        } finally {
            disk.free();
            await().until(() -> lake.unsettled().isEmpty());
        }
    }

    @Test
    void aFullLakeIsAFailureOfTheServer() throws Exception {
        Path home = TestServer.newHome();
        Files.createSymbolicLink(home.resolve("lake"), folder.resolve("disk"));
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), "16m");
                TestServer server = TestServer.start(home, Map.of())) {
            Map<String, String> to = Map.of("destination", "default.t", "saveMode", "append");
            assertThat(server.script("result = pl.DataFrame({'x': [1]})", to).status())
                    .isEqualTo(200);

            disk.fill(0);
            Reply reply = server.script("result = pl.DataFrame({'x': [2]})", to);
            disk.free();

            assertThat(reply.status()).as(reply.text()).isEqualTo(500);
            assertThat(reply.json().path("code").asText()).isEqualTo("STORAGE_FULL");
            assertThat(server.query("select x from t", "t=default.t").rows()).isEqualTo("[[1]]");
            assertThat(TestLake.orphans(home, "t")).isEmpty();
        }
    }
}
