package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A table goes back to an earlier state, rows and columns. */
@Tag("server")
class RollbackTest {
    private static TestServer server;
    private static LakeTables tables;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        tables = new LakeTables(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void goesBackToASnapshotAndForthAgain() {
        tables.fill("back", 1, 2, 3);
        long last = tables.currentSnapshot("back");
        long first =
                tables.<Long>with("back", table -> table.history().getFirst().snapshotId());
        String before = tables.metadataFile("back");

        JsonNode rehearsed = tables.act("back", "rollback", "{'toSnapshot': '" + first + "', 'dryRun': true}")
                .json();
        assertThat(tables.metadataFile("back")).isEqualTo(before);
        assertThat(rehearsed.at("/from/row_count").asLong()).isEqualTo(3);
        assertThat(rehearsed.at("/to/snapshot_id").asLong()).isEqualTo(first);
        assertThat(rehearsed.path("row_difference").asLong()).isEqualTo(-2);

        tables.act("back", "rollback", "{'toSnapshot': '" + first + "'}");
        assertThat(tables.rows("back")).isEqualTo("[[1]]");

        Reply forth = tables.act("back", "rollback", "{'toSnapshot': " + last + "}");
        assertThat(forth.status()).isEqualTo(400);
        assertThat(forth.error()).contains("is not an ancestor of the current one", "Set force");
        tables.act("back", "rollback", "{'toSnapshot': " + last + ", 'force': true}");
        assertThat(tables.rows("back")).isEqualTo("[[1],[2],[3]]");
    }

    @Test
    void restoresTheColumnsThatAnOverwriteReplaced() {
        tables.fill("columns", 1, 2);
        long good = tables.currentSnapshot("columns");
        server.script("result = pl.DataFrame({'other': ['z']})", Map.of("destination", "default.columns"));

        Reply reply = tables.act("columns", "rollback", "{'toSnapshot': " + good + "}");

        assertThat(reply.json().path("columns_restored").asBoolean())
                .as(reply.text())
                .isTrue();
        assertThat(server.query("SELECT * FROM t ORDER BY x", "t=default.columns")
                        .rows())
                .isEqualTo("[[1,\"row 1\"],[2,\"row 2\"]]");
        tables.fill("columns", 3);
        assertThat(tables.rows("columns")).isEqualTo("[[1],[2],[3]]");
    }

    @Test
    void goesBackInTimeAndToTags() {
        tables.fill("tagged", 1);
        tables.with("tagged", table -> {
            table.manageSnapshots()
                    .createTag("good", table.currentSnapshot().snapshotId())
                    .commit();
            return true;
        });
        Instant then = Instant.now();
        tables.fill("tagged", 2);

        tables.act("tagged", "rollback", "{'toTimestamp': '" + then + "'}");
        assertThat(tables.rows("tagged")).isEqualTo("[[1]]");
        tables.fill("tagged", 3);
        tables.act("tagged", "rollback", "{'toRef': 'good'}");
        assertThat(tables.rows("tagged")).isEqualTo("[[1]]");

        assertThat(tables.act("tagged", "rollback", "{'toRef': 'best'}").error())
                .isEqualTo("toRef is 'best': the table has no such branch or tag. It has good, main.");
        assertThat(tables.act("tagged", "rollback", "{'toTimestamp': '30d'}").error())
                .contains("the table's history begins at");
    }

    @Test
    void wantsExactlyOneTarget() {
        assertThat(tables.act("any", "rollback", "{}").error())
                .isEqualTo("0 of toSnapshot, toTimestamp and toRef are given: expected exactly one.");
        assertThat(tables.act("any", "rollback", "{'toRef': 'a', 'toSnapshot': 1}")
                        .error())
                .isEqualTo("2 of toSnapshot, toTimestamp and toRef are given: expected exactly one.");
    }
}
