package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The queries of docs/observability.md answer the questions before them. */
@Tag("server")
class OwnersQuestionsTest {
    private static final String QUESTIONS = "## The questions of an owner";
    private static final String SLOW = "SELECT count(*) AS slow FROM f AS a CROSS JOIN f AS b CROSS JOIN f AS c";

    private static TestServer server;
    private static String admin;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of(
                "telemetry.flush-interval",
                "200ms",
                "telemetry.tables-interval",
                "200ms",
                "results.cache-bytes",
                "16MiB"));
        admin = server.key();
        server.query(SLOW, "f=default.flowers");
        server.useKey("reporting", Scope.WRITE);
        server.query("SELECT count(*) AS n FROM f", "f=default.flowers");
        server.query("SELECT count(*) AS n FROM f", "f=default.flowers");
        server.query("SELECT nothing FROM f", "f=default.flowers");
        server.script("1 / 0");
        server.script("result = scan('default.flowers')", Map.of("destination", "unread.copy"));
        server.useKey(admin);
        await().until(() -> answer("SELECT count(*) FROM r WHERE key = 'reporting'", "r=telemetry.runs")
                .toString()
                .equals("[[5]]"));
        await().until(() -> answer("SELECT count(*) > 0 FROM t WHERE name = 'copy'", "t=telemetry.tables")
                .toString()
                .equals("[[true]]"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void whoRanWhat() throws IOException {
        assertThat(answer("Who ran what").toString())
                .contains("\"reporting\",\"script\",\"COMPLETE\"", "oleander.unread.copy")
                .contains("SELECT count(*) AS n FROM f");
    }

    @Test
    void bytesAndSecondsOfAKeyAndDay() throws IOException {
        JsonNode rows = answer("How many bytes");

        assertThat(rows.valueStream().map(row -> row.get(1).asText())).contains("reporting", "admin");
        assertThat(rows.valueStream().filter(row -> row.get(1).asText().equals("reporting")))
                .allSatisfy(row -> {
                    assertThat(row.get(2).asInt()).isEqualTo(5);
                    assertThat(row.get(3).asLong()).isPositive();
                    assertThat(row.get(4).asDouble()).isPositive();
                });
    }

    @Test
    void theSlowestStatements() throws IOException {
        assertThat(answer("Which statements")
                        .valueStream()
                        .map(row -> row.get(0).asText()))
                .contains(SLOW)
                .doesNotContain("1 / 0");
    }

    @Test
    void failuresByCode() throws IOException {
        assertThat(answer("How often do runs fail")
                        .valueStream()
                        .map(row -> row.get(0).asText() + " " + row.get(1).asText()))
                .contains("QUERY_FAILED 1", "SCRIPT_FAILED 1");
    }

    @Test
    void tablesThatNobodyReads() throws IOException {
        assertThat(answer("Which tables").toString())
                .startsWith("[[\"oleander.unread.copy\",150,")
                .doesNotContain("flowers", "telemetry");
    }

    @Test
    void tablesThatGrow() throws IOException {
        assertThat(answer("How fast").valueStream().map(row -> row.get(0).asText()))
                .contains("oleander.default.flowers", "oleander.unread.copy", "oleander.telemetry.runs");
    }

    @Test
    void timeInTheQueue() throws IOException {
        assertThat(answer("How long").valueStream().map(row -> row.get(1).asText()))
                .contains("reporting", "admin");
    }

    @Test
    void theShareOfTheCache() throws IOException {
        JsonNode row = answer("How many queries")
                .valueStream()
                .filter(of -> of.get(0).asText().equals("reporting"))
                .findAny()
                .orElseThrow();

        assertThat(row.get(1).asInt()).isBetween(2, 3);
        assertThat(row.get(2).asDouble()).isBetween(0.3, 0.5);
    }

    @Test
    void aKeySeesItsOwnRunsAndAllTables() throws IOException {
        server.useKey("narrow", Scope.READ);
        try {
            assertThat(answer("Who ran what")).isEmpty();
            assertThat(answer("How fast").toString()).contains("oleander.unread.copy");
            assertThat(server.query("SELECT count(*) FROM t", "t=telemetry.tables$files")
                            .status())
                    .isEqualTo(403);
            assertThat(server.script("result = scan('telemetry.table_reads').select(pl.col('key').unique())")
                            .rows())
                    .isIn("[]", "[[\"narrow\"]]");
        } finally {
            server.useKey(admin);
        }
    }

    /** The result of the query after a question. */
    private static JsonNode answer(String question) throws IOException {
        String page = Files.readString(Path.of("docs/observability.md"));
        String section = page.substring(page.indexOf(QUESTIONS), page.indexOf("\n## ", page.indexOf(QUESTIONS) + 1));
        String after = section.substring(section.indexOf("\n" + question));
        List<String> command = ShellCommands.in(after).getFirst();
        List<String> tables = new ArrayList<>();
        for (int i = 2; i < command.size(); i += 2) {
            assertThat(command.get(i)).isEqualTo("--table");
            tables.add(command.get(i + 1));
        }
        return answer(command.get(1), tables.toArray(String[]::new));
    }

    private static JsonNode answer(String sql, String... tables) {
        Reply reply = server.query(sql, tables);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json().path("results").path("rows");
    }
}
