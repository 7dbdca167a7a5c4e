package dev.nerium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.cli.Ran;
import dev.nerium.cli.shell.TerminalInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements of SQL by the command line, against a server. */
@Tag("server")
class SqlCommandTest {
    private static TestServer server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        assertThat(server.statement("CREATE TABLE seven (n BIGINT)").status()).isEqualTo(200);
        assertThat(server.statement("INSERT INTO seven VALUES (7)").status()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void printsTheRowsOfAQuery() {
        Ran ran = sql("SELECT n, 'Rosa' AS name FROM seven");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo("""
                     n │ name
                 Int64 │ String
                ───────┼────────
                     7 │ Rosa
                """);
        assertThat(ran.err()).matches("1 row · \\d+ms · run \\S+\n");
    }

    @Test
    void showsTheFirstRows() {
        String three = "SELECT * FROM (VALUES (1), (2), (3)) AS v(n) ORDER BY n";
        Ran first = sql(three, "--max-rows", "2");
        assertThat(first.out()).isEqualTo("""
                     n
                 Int32
                ───────
                     1
                     2
                """);
        assertThat(first.err()).matches("3 rows, of which the first 2 are shown · \\d+ms · run \\S+\n");
        assertThat(sql(three, "--max-rows", "3").err()).startsWith("3 rows · ");
        assertThat(sql(three, "--max-rows", "0").err()).startsWith("3 rows, of which the first 0 are shown · ");
        assertThat(sql("SELECT n FROM seven WHERE n > 7", "--max-rows", "0").err())
                .startsWith("0 rows · ");
        Ran statement = sql("SHOW CREATE TABLE seven", "--max-rows", "1");
        assertThat(statement.out()).contains(" USING iceberg\n");
        assertThat(statement.err()).startsWith("1 row · ");
        assertThat(sql("SHOW CREATE TABLE seven", "--format", "expanded").out())
                .contains("statement │ CREATE TABLE oleander.default.seven (\\n  n bigint\\n)");
        assertMisuse("--max-rows is -1: expected 0 or more.", three, "--max-rows", "-1");
        assertMisuse(
                "--max-rows is for --format table and expanded: write LIMIT",
                three,
                "--max-rows",
                "1",
                "--format",
                "csv");
        assertMisuse(
                "--max-rows is for --format table and expanded: write LIMIT", three, "--max-rows", "1", "-o", "x.csv");
    }

    @Test
    void printsALineForEachColumn() {
        String rows = "SELECT 7 AS id, '日本\n' AS name, NULL AS \"unit price\" UNION ALL SELECT 8, '', 2.5 ORDER BY id";

        assertThat(sql(rows, "--format", "expanded").out()).isEqualTo("""
                ─[ row 1 ]──
                 id         │ 7
                 name       │ 日本\\n
                 unit price │ null
                ─[ row 2 ]──
                 id         │ 8
                 name       │
                 unit price │ 2.5
                """);
        assertThat(sql(rows, "--format", "expanded", "--max-rows", "1").out()).doesNotContain("row 2");
        assertThat(sql("SELECT n FROM seven WHERE n > 7", "--format", "expanded")
                        .out())
                .isEmpty();
    }

    @Test
    void executesStatementsOfAllKindsInOrder() throws IOException {
        Path file = Files.writeString(folder.resolve("all.sql"), """
                -- a table; and its rows
                CREATE TABLE colours (id BIGINT, name STRING);
                INSERT INTO colours VALUES (1, 'red; or "blue"'), (2, 'it''s green -- not grey'); /* ; */
                UPDATE colours SET name = 'red' WHERE id = 1;
                SELECT * FROM colours ORDER BY id;
                DROP TABLE colours PURGE
                """);

        Ran ran = sql("--file", file.toString(), "--format", "csv");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo("id,name\n1,red\n2,it's green -- not grey\n");
        assertThat(ran.err()).contains("done · ", "saved to default.colours");
        assertThat(tables()).doesNotContain("colours");
    }

    @Test
    void stopsAtTheFirstError() {
        Ran ran = sql("SELECT 1 AS one; SELECT nothing FROM seven; CREATE TABLE never (n INT)");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("one");
        assertThat(ran.err()).contains("error: There is no column 'nothing'.");
        assertThat(tables()).doesNotContain("never");
    }

    @Test
    void continuesAfterAnErrorIfAsked() {
        Ran ran = sql("SELECT nothing FROM seven; SELECT 2 AS two", "--ignore-errors");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("two");
        assertThat(ran.err()).contains("error: There is no column 'nothing'.");
    }

    @Test
    void showsThePlaceOfAnError() {
        Ran ran = sql("SELECT 1;\n\nSELECT '日本' AS name,\n  nothing\nFROM seven");

        assertThat(ran.err()).contains("""
                error: There is no column 'nothing'.
                  2 |   nothing
                        ^
                  in the statement that begins at line 3
                """);
    }

    @Test
    void showsTheHintOfAnError() {
        assertThat(sql("SELECT conut(n) FROM seven").err().replaceAll("run [0-9a-f-]{36}", "run ID"))
                .isEqualTo("""
                error: The function conut() is not available.
                  1 | SELECT conut(n) FROM seven
                             ^
                  run ID
                hint: Did you mean the function count()?
                """);
    }

    @Test
    void showsThePlaceOfAMistakeInALongLine() {
        String columns = "n, ".repeat(100);
        Ran ran = sql("SELECT " + columns + "n FRM seven WHERE " + "n = 1 OR ".repeat(100) + " n = 2");

        assertThat(ran.exit()).isEqualTo(1);
        String[] lines = ran.err().split("\n", -1);
        assertThat(lines[1]).contains("…", "seven").hasSizeLessThan(120);
        assertThat(lines[1].substring(lines[2].indexOf('^'))).startsWith("seven");
    }

    @Test
    void readsStdin() {
        assertThat(onStdin("SELECT 1 AS a;SELECT 2 AS b\n").out()).contains("a", "b");
        assertThat(onStdin("SELECT 3 AS c", "-f", "-").out()).contains("c");
        assertThat(onStdin("").exit()).isZero();
        assertThat(onStdin(" -- nothing\n;").out()).isEmpty();
    }

    @Test
    void givesEachStatementItsParameters() {
        Ran ran = sql(
                "SHOW TABLES LIKE 'seven'; SELECT $a + 1 AS x FROM seven; SELECT $b AS y FROM seven",
                "--param",
                "a:int=41",
                "--param",
                "b=it's; so",
                "--format",
                "csv");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).endsWith("x\n42\ny\nit's; so\n");
    }

    @Test
    void printsEachFormat() {
        assertThat(sql("SELECT n FROM seven", "--format", "json").out())
                .isEqualTo("{\"columns\":[\"n\"],\"column_types\":[\"Int64\"],\"rows\":[[7]]}\n");
        assertThat(sql("SELECT n FROM seven", "--format", "csv").out()).isEqualTo("n\n7\n");
        assertThat(sql("SELECT n FROM seven", "--format", "arrow").out()).startsWith("\ufffd\ufffd\ufffd\ufffd");
    }

    @Test
    void printsNullNanAndNestedValues() {
        Ran ran = sql(
                "SELECT CAST(NULL AS BIGINT) AS a, CAST('NaN' AS DOUBLE) AS b, [1, NULL] AS c, 'a\tb' AS d FROM seven");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains(" null │")
                .contains("NaN")
                .contains("[1,null]")
                .contains("a\\tb");
    }

    @Test
    void printsEachLineOfAStatement() {
        assertThat(sql("SHOW CREATE TABLE seven").out()).startsWith("""
                 statement
                 String
                """).contains("""
                 CREATE TABLE oleander.default.seven (
                   n bigint
                 )
                 USING iceberg
                """);
        assertThat(sql("SHOW CREATE TABLE seven", "--format", "csv").out())
                .startsWith("statement\n\"CREATE TABLE oleander.default.seven (\n  n bigint\n)\n");
        assertThat(sql("SELECT 'a\nb' AS statement, 1 AS n").out()).contains("a\\nb");
    }

    @Test
    void alignsWideCharacters() {
        assertThat(sql("SELECT '日本' AS a, 'e\u0301' AS \"ü\", 1 AS n FROM seven")
                        .out())
                .endsWith("""
                ────────┼────────┼───────
                 日本   │ e\u0301      │     1
                """);
    }

    @Test
    void printsATableOfManyColumns() {
        String columns = String.join(
                ", ", IntStream.range(0, 200).mapToObj(i -> i + " AS c" + i).toList());

        Ran ran = Ran.on(new TerminalInfo(true, true, 80), Map.of(), "", "sql", "SELECT " + columns, "--home", home());

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out().lines().findFirst().orElseThrow()).contains("c0", "c199");
    }

    @Test
    void refusesWhatItDoesNotUnderstand() throws IOException {
        assertMisuse("SQL has no statement.", " -- nothing");
        assertMisuse("give either SQL or --file FILE, not both.", "SELECT 1", "--file", "x.sql");
        assertMisuse(
                "--format arrow is for one statement, and there are 2.", "SELECT 1; SELECT 2", "--format", "arrow");
        assertMisuse(
                "--param has a value for 'b', which no statement names",
                "SELECT $a",
                "--param",
                "a=1",
                "--param",
                "b=1");
        assertThat(sql("--file", "/nowhere/x.sql").err()).isEqualTo("error: there is no file /nowhere/x.sql\n");
        Path latin = Files.write(folder.resolve("latin.sql"), "SELECT 'é'".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(sql("--file", latin.toString()).err())
                .isEqualTo("error: the file " + latin + " can't be read\n  its text is not UTF-8\n");
    }

    @Test
    void createsDescribesListsAndDropsTables() {
        Ran created = ran(
                "create",
                "shop.orders",
                "id:bigint not null",
                "price:decimal(9, 2)",
                "order:string",
                "ts:timestamptz",
                "--partitioned-by",
                "day(ts)",
                "--sorted-by",
                "id desc",
                "--comment",
                "it's all",
                "--property",
                "owner=sales");
        assertThat(created.exit()).as(created.err()).isZero();
        assertThat(created.out()).isEmpty();
        assertThat(created.err()).startsWith("done · ");
        assertThat(ran("create", "shop.orders", "id:int").err()).contains("error: ", "shop.orders");
        assertThat(ran("create", "shop.orders", "id:int", "--if-not-exists").exit())
                .isZero();

        assertThat(ran("tables", "shop", "--format", "csv").out()).isEqualTo("schema_name,table_name\nshop,orders\n");
        assertThat(ran("tables").out()).contains("orders", "seven");
        assertThat(ran("describe", "shop.orders", "--format", "csv").out())
                .contains("id,bigint,NO", "price,\"decimal(9, 2)\"", "order,string", "ts,timestamptz");
        assertThat(ran("describe", "shop.orders", "--extended").out()).contains("sales", "it's all");
        assertThat(ran("describe", "shop.order").err()).contains("error: ", "shop.order");

        assertThat(ran("drop", "shop.orders", "--purge").exit()).isZero();
        assertThat(ran("tables", "shop", "--format", "csv").out()).isEqualTo("schema_name,table_name\n");
        assertThat(ran("drop", "shop.orders").exit()).isEqualTo(1);
        assertThat(ran("drop", "shop.orders", "--if-exists").exit()).isZero();
    }

    @Test
    void createsNoTableOfAHalfColumn() {
        assertThat(ran("create", "shop.half", "id").err())
                .contains("a column is 'id': expected NAME:TYPE, such as id:bigint.");
        assertThat(ran("create", "shop.half", "id:int) USING iceberg --").exit())
                .isEqualTo(2);
        assertThat(ran("create", "shop.half", "id:int, more int").exit()).isEqualTo(2);
        assertThat(ran("create", "shop.half", "id:").exit()).isEqualTo(2);
        assertThat(ran("create", "shop.half").exit()).isEqualTo(2);
        assertThat(tables()).doesNotContain("half");
    }

    private static String tables() {
        return server.statement("SHOW TABLES").rows();
    }

    private static String home() {
        return server.home().toString();
    }

    private static Ran sql(String... words) {
        return ran(Stream.concat(Stream.of("sql"), Stream.of(words)).toArray(String[]::new));
    }

    private static Ran ran(String... words) {
        return withoutTerminal("", words);
    }

    private static Ran onStdin(String stdin, String... words) {
        return withoutTerminal(
                stdin, Stream.concat(Stream.of("sql"), Stream.of(words)).toArray(String[]::new));
    }

    private static Ran withoutTerminal(String stdin, String... words) {
        return Ran.on(
                TerminalInfo.NONE,
                Map.of(),
                stdin,
                Stream.concat(Stream.of(words), Stream.of("--home", home())).toArray(String[]::new));
    }

    private static void assertMisuse(String message, String... words) {
        Ran ran = sql(words);
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains(message, "'./nerium sql --help' lists its options.");
    }
}
