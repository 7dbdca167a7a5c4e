package dev.nerium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.cli.FakeServer;
import dev.nerium.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class BranchesCommandTest {
    private static final String PATH = "/api/v1/catalogs/oleander/namespaces/sales/tables/orders/refs";
    private static final String SNAPSHOT =
            "{\"snapshot_id\": %d, \"committed_at\": \"2026-11-01T12:00:00Z\", \"operation\": \"append\", \"row_count\": 3}";
    private static final String REF = "{\"name\": \"%s\", \"type\": \"%s\", \"snapshot\": " + SNAPSHOT.formatted(17)
            + ", \"max_ref_age_ms\": %s, \"min_snapshots_to_keep\": %s, \"max_snapshot_age_ms\": %s}";

    @Test
    void listsOneKind() {
        try (FakeServer server = FakeServer.answering(
                200,
                "{\"ok\": true, \"refs\": [" + REF.formatted("audit", "branch", "604800000", "2", "43200000") + ","
                        + REF.formatted("v1", "tag", "null", "null", "null") + "]}")) {
            Ran branches = Ran.with(server.environment(), "branches", "list", "sales.orders");
            Ran tags = Ran.with(server.environment(), "tags", "list", "sales.orders");

            assertThat(server.asked()).allSatisfy(asked -> {
                assertThat(asked.method()).isEqualTo("GET");
                assertThat(asked.path()).isEqualTo(PATH);
            });
            assertThat(branches.out().lines().filter(line -> !line.startsWith("─")))
                    .containsExactly(
                            " branch │ snapshot │ committed            │ rows │ retention",
                            " audit  │ 17       │ 2026-11-01T12:00:00Z │ 3    │ dropped after 7d, keeps 2 snapshots, snapshots expire after 12h");
            assertThat(tags.out()).contains(" v1  │ 17 ").doesNotContain("audit");
        }
    }

    @Test
    void createsABranchWithItsRetention() {
        try (FakeServer server = FakeServer.answering(
                200,
                "{\"success\": true, \"table\": \"sales.orders\", \"ref\": "
                        + REF.formatted("a b", "branch", "null", "null", "null") + "}")) {
            Ran ran = Ran.with(
                    server.environment(),
                    "branches",
                    "create",
                    "sales.orders",
                    "a b",
                    "--from",
                    "tag:v1",
                    "--replace",
                    "--max-age",
                    "7d",
                    "--keep-snapshots",
                    "2",
                    "--max-snapshot-age",
                    "1d");

            assertThat(server.onlyAsked().path()).isEqualTo(PATH);
            assertThat(server.onlyAsked().body())
                    .isEqualTo("{\"name\":\"a b\",\"type\":\"branch\",\"from\":\"tag:v1\",\"existing\":\"replace\","
                            + "\"maxRefAge\":\"7d\",\"minSnapshotsToKeep\":2,\"maxSnapshotAge\":\"1d\"}");
            assertThat(ran.err()).isEqualTo("branch a b of sales.orders has the snapshot 17\n");
        }
    }

    @Test
    void createsATag() {
        try (FakeServer server = FakeServer.answering(
                200,
                "{\"success\": true, \"table\": \"sales.orders\", \"ref\": "
                        + REF.formatted("v1", "tag", "null", "null", "null") + "}")) {
            Ran ran = Ran.with(server.environment(), "tags", "create", "sales.orders", "v1", "--if-not-exists");

            assertThat(server.onlyAsked().body()).isEqualTo("{\"name\":\"v1\",\"type\":\"tag\",\"existing\":\"keep\"}");
            assertThat(ran.exit()).isZero();
            assertThat(Ran.with(
                                    server.environment(),
                                    "tags",
                                    "create",
                                    "sales.orders",
                                    "v1",
                                    "--replace",
                                    "--if-not-exists")
                            .err())
                    .startsWith("error: give one of --replace and --if-not-exists.");
        }
    }

    @Test
    void fastForwardsABranch() {
        try (FakeServer server = FakeServer.answering(
                200,
                "{\"success\": true, \"table\": \"sales.orders\", \"branch\": \"main\", \"from\": "
                        + SNAPSHOT.formatted(17) + ", \"to\": " + SNAPSHOT.formatted(18) + "}",
                "{\"success\": true, \"table\": \"sales.orders\", \"branch\": \"main\", \"from\": "
                        + SNAPSHOT.formatted(18) + ", \"to\": " + SNAPSHOT.formatted(18) + "}")) {
            Ran moved = forward(server, "--snapshot", "18");
            Ran again = forward(server);

            assertThat(server.asked()).extracting(FakeServer.Asked::path).containsOnly(PATH + "/fast-forward");
            assertThat(server.asked())
                    .extracting(FakeServer.Asked::body)
                    .containsExactly(
                            "{\"branch\":\"main\",\"to\":\"audit\",\"snapshot\":\"18\"}",
                            "{\"branch\":\"main\",\"to\":\"audit\"}");
            assertThat(moved.err()).isEqualTo("branch main of sales.orders was fast-forwarded to the snapshot 18\n");
            assertThat(again.err()).isEqualTo("branch main of sales.orders has the snapshot 18 already\n");
        }
    }

    private static Ran forward(FakeServer server, String... more) {
        String[] words = {"branches", "fast-forward", "sales.orders", "main", "--to", "audit"};
        String[] all = Stream.concat(Arrays.stream(words), Arrays.stream(more)).toArray(String[]::new);
        return Ran.with(server.environment(), all);
    }

    @Test
    void dropsABranch() {
        try (FakeServer server = FakeServer.answering(
                200,
                "{\"success\": true, \"table\": \"sales.orders\", \"dropped\": "
                        + REF.formatted("audit", "branch", "null", "null", "null") + "}",
                "{\"success\": true, \"table\": \"sales.orders\", \"dropped\": null}")) {
            Ran dropped = Ran.with(server.environment(), "branches", "drop", "sales.orders", "audit");
            Ran none = Ran.with(server.environment(), "branches", "drop", "sales.orders", "audit", "--if-exists");

            assertThat(server.asked()).extracting(FakeServer.Asked::path).containsOnly(PATH + "/drop");
            assertThat(server.asked().getLast().body())
                    .isEqualTo("{\"name\":\"audit\",\"type\":\"branch\",\"ifExists\":true}");
            assertThat(dropped.err()).isEqualTo("dropped the branch audit of sales.orders, at the snapshot 17\n");
            assertThat(none.err()).isEqualTo("sales.orders has none of that name\n");
        }
    }

    @Test
    void loadsIntoABranch() throws IOException {
        Path file = Files.createTempFile("orders", ".csv");
        Files.writeString(file, "x\n1\n");
        try (FakeServer server = FakeServer.answering(
                200,
                "{\"success\": true, \"saved\": {\"table\": \"sales.orders@branch:a/b\", \"rows_written\": 1, \"mode\": \"append\"}}")) {
            Ran ran = Ran.with(server.environment(), "load", "sales.orders@branch:a/b", file.toString());

            assertThat(server.onlyAsked().path()).isEqualTo("/api/v1/catalogs/oleander/namespaces/sales/tables/orders");
            assertThat(server.onlyAsked().query()).isEqualTo("branch=a%2Fb");
            assertThat(ran.out()).contains("1 rows appended to sales.orders@branch:a/b");
            assertThat(Ran.with(server.environment(), "load", "sales.orders@tag:v1", file.toString())
                            .err())
                    .contains("can only be read");
        } finally {
            Files.delete(file);
        }
    }
}
