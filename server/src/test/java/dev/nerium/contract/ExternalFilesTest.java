package dev.nerium.contract;

import static dev.nerium.contract.Requests.JSON;
import static dev.nerium.contract.Requests.POLARS;
import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.Statements;
import dev.nerium.TestFiles;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files outside of the lake that statements read. */
@Tag("server")
class ExternalFilesTest {
    private static TestServer server;
    private static Statements statements;
    private static Path landing;

    @BeforeAll
    static void start() throws Exception {
        landing = TestFiles.newFolder("landing");
        server = TestServer.start(Map.of(
                "external.locations",
                landing.toString(),
                "external.max-files",
                "20",
                "results.cache-bytes",
                "64MiB",
                "telemetry.flush-interval",
                "1s"));
        statements = new Statements(server);
        write("a.csv", "id,name,day\n1,one,2026-01-31\n2,,2026-02-01\n");
        write("semi.csv", "1;1,5\n2;2,5\n");
        write("rows.ndjson", "{\"id\": 1, \"tags\": [\"x\"]}\n{\"id\": 3, \"tags\": null}\n");
        write("rows.json", "[{\"id\": 4}]");
        write("empty.csv", "");
        write("latin.csv", "a,b\n1,\u00e9\n");
        Files.write(landing.resolve("latin.csv"), new byte[] {'a', '\n', (byte) 0xe9, '\n'});
        Files.copy(dataFileOfFlowers(), landing.resolve("flowers.parquet"));
        damage(Files.copy(landing.resolve("flowers.parquet"), landing.resolve("damaged.parquet")));
        Files.createDirectory(landing.resolve("many"));
        for (int number = 0; number < 30; number++) {
            write("many/" + number + ".csv", "a\n" + number + "\n");
        }
        Process made = new ProcessBuilder("mkfifo", landing.resolve("pipe.csv").toString()).start();
        assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
        Files.createSymbolicLink(landing.resolve("out.csv"), server.home().resolve("nerium.yaml"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void readsEachFormat() {
        assertThat(rows("SELECT * FROM read_csv('LANDING/a.csv') ORDER BY id"))
                .isEqualTo("[[1,\"one\",\"2026-01-31\"],[2,null,\"2026-02-01\"]]");
        assertThat(rows("SELECT * FROM read_csv('LANDING/semi.csv', header=false, delim=';', decimal_separator=',')"))
                .isEqualTo("[[1,1.5],[2,2.5]]");
        assertThat(rows("SELECT * FROM read_ndjson('LANDING/rows.ndjson')")).isEqualTo("[[1,[\"x\"]],[3,null]]");
        assertThat(rows("SELECT id FROM read_json(['LANDING/rows.json', 'LANDING/rows.ndjson'], union_by_name=true)"))
                .isEqualTo("[[4],[1],[3]]");
        assertThat(rows("SELECT count(*) AS n, max(petal_length) AS m FROM read_parquet('LANDING/flowers.parquet')"
                        + " WHERE species = 'setosa'"))
                .isEqualTo("[[50,1.9]]");
        assertThat(rows("SELECT sum(a) AS s, count(*) AS n FROM read_csv('LANDING/many/1*.csv')"))
                .isEqualTo("[[146,11]]");
    }

    @Test
    void joinsFilesWithTables() {
        assertThat(rows("SELECT f.species, count(*) AS n FROM read_parquet('LANDING/flowers.parquet') AS f"
                        + " JOIN default.flowers AS t ON f.sepal_length = t.sepal_length"
                        + " WHERE f.sepal_length > 7.6 GROUP BY f.species"))
                .isEqualTo(rows("SELECT f.species, count(*) AS n FROM default.flowers AS f"
                        + " JOIN default.flowers AS t ON f.sepal_length = t.sepal_length"
                        + " WHERE f.sepal_length > 7.6 GROUP BY f.species"));
    }

    @Test
    void statementsWriteTheRowsOfFiles() {
        statements.done(at("CREATE TABLE files.made AS SELECT id, name FROM read_csv('LANDING/a.csv')"));
        statements.done(at("INSERT INTO files.made SELECT id, 'new' FROM read_json('LANDING/rows.json')"));
        statements.done(at("MERGE INTO files.made USING read_ndjson('LANDING/rows.ndjson') AS s ON files.made.id = s.id"
                + " WHEN MATCHED THEN UPDATE SET name = 'matched' WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)"));

        assertThat(rows("SELECT * FROM files.made ORDER BY id"))
                .isEqualTo("[[1,\"matched\"],[2,null],[3,null],[4,\"new\"]]");
        statements.done(at("UPDATE files.made SET name = 'x' WHERE id IN (SELECT id FROM read_csv('LANDING/a.csv'))"));
        statements.done(at("DELETE FROM files.made WHERE id IN (SELECT id FROM read_json('LANDING/rows.json'))"));
        assertThat(rows("SELECT * FROM files.made ORDER BY id")).isEqualTo("[[1,\"x\"],[2,\"x\"],[3,null]]");
        assertRefused(
                server.statement(at("UPDATE read_csv('LANDING/a.csv') SET name = 'x'")),
                "QUERY_FAILED",
                "UPDATE changes rows of one table: write the table's name after it.");
        assertRefused(
                server.statement(at("CREATE VIEW files.v AS SELECT * FROM read_csv('LANDING/a.csv')")),
                "QUERY_FAILED",
                "The view oleander.files.v can't read files, which read_csv() does.");
    }

    @Test
    void theWorkloadRouteAndScriptsReadThem() {
        Reply query = server.post(
                POLARS,
                JSON.valueToTree(Map.of(
                                "mode",
                                "query",
                                "query",
                                at("SELECT id FROM read_csv('LANDING/a.csv') WHERE id = $id"),
                                "params",
                                Map.of("id", 2)))
                        .toString());
        assertThat(query.rows()).isEqualTo("[[2]]");

        Reply script = server.script(
                at("result = sql(\"SELECT * FROM read_csv('LANDING/a.csv')\").filter(pl.col('id') > 1).select('day')"));
        assertThat(script.rows()).isEqualTo("[[\"2026-02-01\"]]");
        assertThat(server.script(at("result = sql(\"SELECT * FROM read_csv('/etc/passwd')\")"))
                        .error())
                .contains("read_csv() can't read '/etc/passwd': it is not below an allowed location.");
    }

    @Test
    void aParameterIsAPath() {
        String text = "SELECT sum(a) AS s FROM read_csv($files)";

        for (Object files :
                List.of(landing + "/many/[12].csv", List.of(landing + "/many/1.csv", landing + "/many/2.csv"))) {
            Reply reply = server.post(
                    "/api/v1/query",
                    JSON.valueToTree(Map.of("query", text, "params", Map.of("files", files)))
                            .toString());
            assertThat(reply.rows()).as(reply.text()).isEqualTo("[[3]]");
        }
        Reply hostile = server.post(
                "/api/v1/query",
                JSON.valueToTree(Map.of("query", text, "params", Map.of("files", "x') UNION SELECT 1 --")))
                        .toString());
        assertRefused(
                hostile, "QUERY_FAILED", "read_csv() can't read 'x') UNION SELECT 1 --': the path is not absolute.");
    }

    @Test
    void aResultIsNeverThatOfAnEarlierFile() throws IOException {
        String sql = "SELECT v FROM read_csv('LANDING/changing.csv')";
        for (int version = 0; version < 4; version++) {
            write("changing.csv", "v\n" + version + "\n");
            Files.setLastModifiedTime(landing.resolve("changing.csv"), FileTime.fromMillis(0));

            assertThat(rows(sql)).isEqualTo("[[" + version + "]]");
            JsonNode again = statements.done(at(sql));
            assertThat(again.at("/results/rows").toString()).isEqualTo("[[" + version + "]]");
            assertThat(server.get("/api/v2/runs/" + again.path("run_id").asText())
                            .json()
                            .path("cache")
                            .asText())
                    .isNotEqualTo("hit");
        }
    }

    @Test
    void aQueryOfColumnsThatWereOtherOnesHasTheLineageOfThisRun() throws IOException {
        String sql = "SELECT * FROM read_csv('LANDING/columns.csv')";
        for (String column : List.of("a", "b")) {
            write("columns.csv", column + "\n1\n");
            String run = statements.done(at(sql)).path("run_id").asText();

            JsonNode columns =
                    server.get("/api/v2/runs/" + run + "/lineage").json().path("columns");
            assertThat(columns.at("/fields/0/inputs/0/field").asText()).isEqualTo(column);
            assertThat(columns.at("/fields/0/inputs/0/table").asText()).isEqualTo(landing + "/columns.csv");
        }
    }

    @Test
    void filesThatAreReadTwiceAreOneInputOfTheLineage() {
        String run = statements
                .done(at("CREATE TABLE files.twice AS SELECT x.id + y.id AS s FROM read_csv('LANDING/a.csv') AS x"
                        + "\nJOIN read_csv('LANDING/a.csv', header=true) AS y ON x.id = y.id"))
                .path("run_id")
                .asText();

        JsonNode event = lastEvent(run);
        assertThat(event.path("inputs")).hasSize(1);
        assertThat(event.at("/outputs/0/facets/columnLineage/fields/s/inputFields"))
                .hasSize(1);
    }

    @Test
    void aRunThatOnlyFindsTheColumnsOfAFileIsRecordedWithIt() {
        String run = statements
                .done(at("DESCRIBE SELECT * FROM read_csv('LANDING/a.csv')"))
                .path("run_id")
                .asText();

        assertThat(server.get("/api/v2/runs/" + run)
                        .json()
                        .at("/inputs/0/table")
                        .asText())
                .isEqualTo(landing + "/a.csv");
        assertThat(server.get("/api/v2/runs/" + run).json().path("bytes_in").asLong())
                .isPositive();
    }

    @Test
    void theRecordTheEventsAndThePlanNameThePathsAsTheUserWroteThem() {
        String path = landing + "/many/1*.csv";
        String run = statements
                .done("CREATE TABLE files.recorded AS SELECT a AS b FROM read_csv('" + path + "')")
                .path("run_id")
                .asText();

        JsonNode input = server.get("/api/v2/runs/" + run).json().at("/inputs/0");
        assertThat(input.path("table").asText()).isEqualTo(path);
        assertThat(input.path("files").asInt()).isEqualTo(11);
        JsonNode event = lastEvent(run);
        assertThat(event.at("/inputs/0/namespace").asText()).isEqualTo("file");
        assertThat(event.at("/inputs/0/name").asText()).isEqualTo(landing + "/many");
        assertThat(event.at("/inputs/0/inputFacets/inputStatistics/fileCount").asInt())
                .isEqualTo(11);
        JsonNode source = event.at("/outputs/0/facets/columnLineage/fields/b/inputFields/0");
        assertThat(source.path("name").asText()).isEqualTo(landing + "/many");
        assertThat(source.path("field").asText()).isEqualTo("a");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> rows("SELECT table_name, files FROM telemetry.table_reads WHERE run_id = '" + run + "'")
                        .equals("[[\"" + path + "\",11]]"));

        Reply plan = server.post(
                POLARS,
                JSON.valueToTree(
                                Map.of(
                                        "mode",
                                        "query",
                                        "explain",
                                        true,
                                        "query",
                                        at(
                                                "SELECT species FROM read_parquet('LANDING/flowers.parquet') WHERE sepal_length > 5")))
                        .toString());
        assertThat(plan.json().at("/explain/scans/0/table").asText()).isEqualTo(landing + "/flowers.parquet");
        assertThat(plan.json().at("/explain/scans/0/filter").asText()).contains("sepal_length");
        assertThat(plan.json().at("/explain/plan").asText())
                .contains("Parquet SCAN [" + landing + "/flowers.parquet]")
                .contains("SELECTION");
    }

    @Test
    void aKeyThatReadsTablesReadsFilesAndOthersDoNotLearnItsPaths() {
        String admin = server.key();
        String run = statements
                .done(at("SELECT id FROM read_csv('LANDING/a.csv')"))
                .path("run_id")
                .asText();
        try {
            server.useKey("reads-files", Scope.READ);
            assertThat(rows("SELECT count(*) AS n FROM read_csv('LANDING/a.csv')"))
                    .isEqualTo("[[2]]");
            assertThat(server.get("/api/v2/runs/" + run).text()).doesNotContain(landing.toString());
            assertThat(server.get("/api/v2/runs").text()).doesNotContain("a.csv");
        } finally {
            server.useKey(admin);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            read_csv('/etc/passwd')               | read_csv() can't read '/etc/passwd': it is not below an allowed location.
            read_csv('LANDING/../x.csv')          | read_csv() can't read 'LANDING/../x.csv': the path has the step ...
            read_csv('LANDING/out.csv')           | read_csv() can't read 'LANDING/out.csv': the path leads out of its location, or a link in it leads to no file.
            read_csv('LANDING/pipe.csv')          | read_csv() can't read 'LANDING/pipe.csv': it is not a regular file.
            read_csv('LANDING/many')              | read_csv() can't read 'LANDING/many': it is a folder.
            read_csv('LANDING/none.csv')          | read_csv() can't read 'LANDING/none.csv': there is no such file.
            read_parquet('LANDING/*.orc')         | read_parquet() can't read 'LANDING/*.orc': no file matches.
            read_csv('LANDING/many/*.csv')        | read_csv() can't read 'LANDING/many/*.csv': more than 20 files match, the number that the run may still read.
            read_parquet('s3://bucket/x.parquet') | read_parquet() can't read 's3://bucket/x.parquet': only files of the server's own disks can be read.
            """)
    void refusesAPath(String call, String error) {
        assertRefused(server.statement("SELECT * FROM " + at(call)), "QUERY_FAILED", at(error));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            read_csv('LANDING/empty.csv')           | The file 'LANDING/empty.csv' has no text: a CSV file has at least a header.
            read_csv('LANDING/latin.csv')           | Line 2 of the file 'LANDING/latin.csv' has a byte that is not UTF-8, at byte 1 of the line.
            read_parquet('LANDING/damaged.parquet') | The file 'LANDING/damaged.parquet' can't be read as parquet: it is damaged.
            read_parquet('LANDING/a.csv')           | The file 'LANDING/a.csv' can't be read as parquet: it does not begin like one.
            read_csv(['LANDING/a.csv', 'LANDING/many/1.csv']) | The files have different columns: 'LANDING/a.csv' has the column 'id', and 'LANDING/many/1.csv' has a.
            """)
    void saysWhatIsWrongWithAFile(String call, String error) {
        Reply reply = server.statement("SELECT * FROM " + at(call));

        assertThat(reply.error()).isEqualTo(at(error));
        assertThat(reply.json().path("code").asText()).isEqualTo("ENGINE_ERROR");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).doesNotContain("/job/", server.home().toString());
    }

    @Test
    void copiesGoAwayWithTheirRuns() throws IOException {
        rows("SELECT * FROM read_csv('LANDING/a.csv')");

        try (Stream<Path> left = Files.list(server.home().resolve("lake/scratch"))) {
            assertThat(left.filter(file -> file.toString().endsWith(".outside")))
                    .isEmpty();
        }
    }

    private static JsonNode lastEvent(String run) {
        List<JsonNode> events = new ArrayList<>();
        await().until(() -> {
            server.get("/api/v2/runs/" + run + "/lineage").json().path("events").forEach(events::add);
            return events.stream()
                    .anyMatch(event -> event.path("eventType").asText().equals("COMPLETE"));
        });
        return events.getLast();
    }

    private static String rows(String sql) {
        return statements.rows(at(sql));
    }

    private static String at(String text) {
        return text.replace("LANDING", landing.toString());
    }

    private static void write(String name, String text) throws IOException {
        Files.writeString(landing.resolve(name), text);
    }

    private static Path dataFileOfFlowers() throws IOException {
        return TestFiles.files(server.home().resolve("lake/warehouse")).stream()
                .filter(file ->
                        file.toString().contains("flowers") && file.toString().endsWith(".parquet"))
                .findFirst()
                .orElseThrow();
    }

    private static void damage(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(8);
            bytes.write(new byte[64]);
        }
    }
}
