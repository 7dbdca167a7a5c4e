package dev.nerium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.cli.FakeServer;
import dev.nerium.cli.Ran;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TableCommandTest {
    private static final String NO_FILES = "{\"count\": 0, \"bytes\": 0, \"files\": []}";
    private static final String FILES = "{\"count\": 2, \"bytes\": 2048, \"files\": [\"/t/a\", \"/t/b\"]}";
    private static final String SNAPSHOT =
            "{\"snapshot_id\": 17, \"committed_at\": \"2026-11-01T12:00:00Z\", \"operation\": \"append\","
                    + " \"row_count\": %s}";

    @Test
    void sendsTheOptionsOfACompaction() {
        try (FakeServer server = FakeServer.answering(200, """
            {"success": true, "table": "default.t", "dry_run": false, "groups": 1, "candidate_files": %s,
             "replaced_files": %s, "dropped_delete_files": %s, "added_files": {"count": 1, "bytes": 1000},
             "row_count": 7, "run_id": "0192", "next": null}\
            """.formatted(FILES, FILES, NO_FILES))) {
            Ran ran = table(
                    server,
                    "compact",
                    "default.t",
                    "--min-input-files",
                    "3",
                    "--delete-file-threshold",
                    "2",
                    "--target-file-size",
                    "64MiB",
                    "--all");

            assertThat(ran.exit()).isZero();
            assertThat(server.onlyAsked().path())
                    .isEqualTo("/api/v2/catalogs/oleander/namespaces/default/tables/t/compact");
            assertThat(server.onlyAsked().body())
                    .isEqualTo(
                            "{\"minInputFiles\":3,\"deleteFileThreshold\":2,\"targetFileBytes\":67108864,\"all\":true,\"dryRun\":false}");
            assertThat(ran.out()).contains(" data files replaced  │ 2     │ 2 KiB", " data files added     │ 1     │");
            assertThat(ran.err()).isEqualTo("7 rows · run 0192\n");
        }
    }

    @Test
    void saysWhatADryRunFound() {
        try (FakeServer server = FakeServer.answering(200, """
            {"success": true, "table": "default.t", "dry_run": true, "groups": 2, "candidate_files": %s,
             "next": {"upToSequence": 4}}\
            """.formatted(FILES))) {
            Ran ran = table(server, "compact", "default.t", "--dry-run");

            assertThat(server.onlyAsked().body()).isEqualTo("{\"all\":false,\"dryRun\":true}");
            assertThat(ran.out()).contains("to rewrite, in 2 groups │ 2     │ 2 KiB");
            assertThat(ran.err()).isEqualTo("nothing was changed (dry run)\n");
        }
    }

    @Test
    void goesOnWithTheNextStepUntilNothingIsLeft() {
        String step = """
            {"success": true, "table": "default.t", "dry_run": false, "groups": 2, "candidate_files": %s,
             "replaced_files": %s, "dropped_delete_files": %s, "added_files": {"count": 1, "bytes": 1000},
             "row_count": 7, "run_id": "0192", "next": %s}\
            """;
        try (FakeServer server = FakeServer.answering(
                200,
                step.formatted(FILES, FILES, NO_FILES, "{\"upToSequence\": 4}"),
                step.formatted(FILES, FILES, NO_FILES, "null"))) {
            Ran ran = table(server, "compact", "default.t");

            assertThat(server.asked())
                    .extracting(FakeServer.Asked::body)
                    .containsExactly(
                            "{\"all\":false,\"dryRun\":false}", "{\"all\":false,\"dryRun\":false,\"upToSequence\":4}");
            assertThat(ran.err()).isEqualTo("7 rows · run 0192 · more to do\n7 rows · run 0192\n");
        }
    }

    @Test
    void showsWhatExpired() {
        try (FakeServer server =
                FakeServer.answering(200, """
                    {"success": true, "table": "default.t", "dry_run": false, "snapshots": [%s],
                     "data_files": %s, "metadata_files": %s, "failed_files": %s}\
                    """.formatted(SNAPSHOT.formatted("3"), FILES, FILES, NO_FILES))) {
            Ran ran = table(
                    server,
                    "expire",
                    "default.t",
                    "--older-than",
                    "7d",
                    "--retain-last",
                    "2",
                    "--snapshot",
                    "17",
                    "--snapshot",
                    "18");

            assertThat(server.onlyAsked().body())
                    .isEqualTo(
                            "{\"olderThan\":\"7d\",\"retainLast\":2,\"snapshots\":[\"17\",\"18\"],\"dryRun\":false}");
            assertThat(ran.out())
                    .contains(
                            " 17       │ 2026-11-01T12:00:00Z │ append    │ 3",
                            " data and delete files │ 2     │ 2 KiB")
                    .doesNotContain("could not be deleted");
            assertThat(ran.err()).isEqualTo("expired 1 snapshot\n");
        }
    }

    @Test
    void namesOrphans() {
        try (FakeServer server = FakeServer.answering(200, """
            {"success": true, "table": "default.t", "dry_run": true, "older_than": "2026-11-01T12:00:00Z",
             "orphan_files": %s, "recent_files": %s, "failed_files": %s, "known_files": 9,
             "broken_tables": ["default.u"]}\
            """.formatted(FILES, NO_FILES, FILES))) {
            Ran ran = table(server, "remove-orphans", "default.t", "--older-than", "5d", "--dry-run");

            assertThat(server.onlyAsked().body()).isEqualTo("{\"olderThan\":\"5d\",\"force\":false,\"dryRun\":true}");
            assertThat(ran.out()).startsWith("/t/a\n/t/b\n\n").contains("could not be deleted");
            assertThat(ran.err())
                    .startsWith("the table default.u can't be read; its folder was skipped\n")
                    .endsWith("\n2 orphans would be removed; nothing was changed (dry run)\n");
        }
    }

    @Test
    void showsFromWhereToWhereATableWent() {
        try (FakeServer server =
                FakeServer.answering(200, """
                    {"success": true, "table": "default.t", "dry_run": false, "from": %s, "to": %s,
                     "row_difference": -4, "columns_restored": true}\
                    """.formatted(SNAPSHOT.formatted("7"), SNAPSHOT.formatted("null")))) {
            Ran ran = table(server, "rollback", "default.t", "--to-snapshot", "17", "--force");

            assertThat(server.onlyAsked().body()).isEqualTo("{\"toSnapshot\":\"17\",\"force\":true,\"dryRun\":false}");
            assertThat(ran.out()).contains(" from │ 17", "│ not known");
            assertThat(ran.err())
                    .isEqualTo("the columns are those of that snapshot, too\nrolled back default.t (-4 rows)\n");
        }
    }

    @Test
    void printsTheReportAsItIs() {
        try (FakeServer server = FakeServer.answering(200, "{\"success\": true, \"snapshots\": []}")) {
            assertThat(table(server, "expire", "default.t", "--format", "json").out())
                    .isEqualTo("{\"success\":true,\"snapshots\":[]}\n");
        }
    }

    @Test
    void refusesWhatItDoesNotUnderstandBeforeItAsks() {
        try (FakeServer server = FakeServer.answering(200, "{}")) {
            assertThat(table(server, "rollback", "default.t").exit()).isEqualTo(2);
            assertThat(table(server, "rollback", "default.t", "--to-ref", "a", "--to-snapshot", "1")
                            .exit())
                    .isEqualTo(2);
            assertThat(table(server, "compact", "default.t", "--target-file-size", "big")
                            .err())
                    .contains("'big' is not a size: write it like 64MiB");
            assertThat(table(server, "compact", "t").err()).contains("the table is 't'");
            assertThat(server.asked()).isEmpty();
        }
    }

    private static Ran table(FakeServer server, String... words) {
        List<String> all = new ArrayList<>(List.of("table"));
        Collections.addAll(all, words);
        return Ran.with(server.environment(), all.toArray(String[]::new));
    }
}
