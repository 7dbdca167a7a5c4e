package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.Statements;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Statements about branches and tags, by {@code POST /api/v1/query}. */
@Tag("server")
class RefStatementsTest {
    private static TestServer server;
    private static Statements statements;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        statements = new Statements(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aBranchIsMadeWrittenPublishedAndDropped() {
        statements.done("CREATE TABLE br.orders AS SELECT 1 AS id");
        statements.done(
                "ALTER TABLE br.orders CREATE BRANCH `a b` RETAIN 7 DAYS WITH SNAPSHOT RETENTION 2 SNAPSHOTS 12 HOURS");
        statements.done("CREATE BRANCH IF NOT EXISTS `a b` IN TABLE br.orders");
        statements.done("INSERT INTO br.\"orders@branch:a b\" VALUES (2)");
        assertThat(statements.rows("SELECT id FROM br.orders")).isEqualTo("[[1]]");

        JsonNode branches = statements.done("SHOW BRANCHES IN TABLE br.orders");
        assertThat(branches.at("/results/columns").toString())
                .isEqualTo("[\"name\",\"snapshot_id\",\"committed_at\",\"max_ref_age\",\"min_snapshots_to_keep\","
                        + "\"max_snapshot_age\"]");
        JsonNode branch = branches.at("/results/rows/0");
        assertThat(branch.get(0).asText()).isEqualTo("a b");
        assertThat(List.of(
                        branch.get(3).asText(),
                        branch.get(4).asText(),
                        branch.get(5).asText()))
                .containsExactly("7d", "2", "12h");
        assertThat(branches.at("/results/rows/1/0").asText()).isEqualTo("main");
        assertThat(branches.at("/results/rows/1/3").isNull()).isTrue();

        statements.done("FAST FORWARD BRANCH main IN TABLE br.orders TO `a b`");
        assertThat(statements.rows("SELECT id FROM br.orders ORDER BY id")).isEqualTo("[[1],[2]]");
        statements.done("INSERT INTO br.orders VALUES (3)");
        statements.done("ALTER BRANCH `a b` IN TABLE br.orders FAST FORWARD TO main");
        statements.done("INSERT INTO br.\"orders@branch:a b\" VALUES (4)");
        statements.done("CALL oleander.system.fast_forward('br.orders', 'main', 'a b')");
        assertThat(statements.rows("SELECT id FROM br.orders ORDER BY id")).isEqualTo("[[1],[2],[3],[4]]");
        statements.done("ALTER TABLE br.orders DROP BRANCH `a b`");
        statements.done("DROP BRANCH IF EXISTS `a b` IN TABLE br.orders");
        assertThat(statements.done("SHOW BRANCHES IN TABLE br.orders").at("/results/rows"))
                .hasSize(1);
    }

    @Test
    void aTagNamesASnapshot() {
        statements.done("CREATE TABLE br.tagged AS SELECT 1 AS id");
        String first = statements
                .done("SHOW BRANCHES IN TABLE br.tagged")
                .at("/results/rows/0/1")
                .asText();
        statements.done("INSERT INTO br.tagged VALUES (2)");

        statements.done("ALTER TABLE br.tagged CREATE TAG v1 AS OF VERSION " + first + " RETAIN 365 DAYS");
        statements.done("CREATE BRANCH x IN TABLE br.tagged");
        statements.done("CREATE OR REPLACE BRANCH y IN TABLE br.tagged FROM x");
        statements.done("ALTER TABLE br.tagged CREATE OR REPLACE TAG v1");

        assertThat(statements.rows("SELECT id FROM \"br.tagged@tag:v1\" ORDER BY id"))
                .isEqualTo("[[1],[2]]");
        assertThat(statements
                        .done("SHOW TAGS IN TABLE br.tagged")
                        .at("/results/rows/0/3")
                        .asText())
                .isEqualTo("365d");
        statements.done("ALTER TABLE br.tagged DROP TAG v1");
        assertThat(statements.done("SHOW TAGS IN TABLE br.tagged").at("/results/rows"))
                .isEmpty();
    }

    @Test
    void aStatementThatIsRefusedChangesNothing() {
        statements.done("CREATE TABLE br.refused AS SELECT 1 AS id");
        statements.done("CREATE BRANCH x IN TABLE br.refused");
        statements.done("INSERT INTO br.\"refused@branch:x\" VALUES (2)");
        statements.done("INSERT INTO br.refused VALUES (3)");

        Reply diverged = server.statement("FAST FORWARD BRANCH main IN TABLE br.refused TO x");
        assertThat(diverged.status()).isEqualTo(409);
        assertThat(diverged.error()).contains("the branch 'main' can't be fast-forwarded to 'x'");
        assertThat(server.statement("CREATE BRANCH x IN TABLE br.refused").error())
                .isEqualTo("The table oleander.br.refused has the branch 'x' already: replace it, or choose another"
                        + " name.");
        assertThat(server.statement("ALTER TABLE br.refused DROP BRANCH main").error())
                .isEqualTo("The branch 'main' is the table itself, so it can't be dropped.");
        assertThat(server.statement("ALTER TABLE br.refused DROP BRANCH z").error())
                .startsWith("name is 'z': the table oleander.br.refused has no such branch or tag.");
        assertThat(server.statement("ALTER TABLE br.refused CREATE TAG t AS OF VERSION 12")
                        .error())
                .startsWith("The table oleander.br.refused has no snapshot 12");
        assertThat(server.statement("CREATE BRANCH x IN TABLE br.none").error())
                .startsWith("There is no table 'br.none'.");
        assertThat(server.statement("CREATE BRANCH x IN TABLE telemetry.runs").status())
                .isEqualTo(403);
        assertThat(statements.rows("SELECT id FROM br.refused ORDER BY id")).isEqualTo("[[1],[3]]");
        assertThat(statements.done("SHOW BRANCHES IN TABLE br.refused").at("/results/rows"))
                .hasSize(2);

        String admin = server.key();
        server.useKey("reads", Scope.READ);
        try {
            assertThat(server.statement("CREATE BRANCH y IN TABLE br.refused").status())
                    .isEqualTo(403);
            assertThat(server.statement("SHOW BRANCHES IN TABLE br.refused").status())
                    .isEqualTo(200);
        } finally {
            server.useKey(admin);
        }
    }
}
