package dev.nerium.cli.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.ServerProcess;
import dev.nerium.TestServer;
import dev.nerium.auth.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The prompt for SQL, in a terminal and against a server. */
@Tag("server")
class SqlPromptTest {
    private static final String PROMPT = "nerium> ";
    private static final String ENTER = "\r";
    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";
    private static final String SLOW = "SELECT count(*) AS slow FROM flowers AS a CROSS JOIN flowers AS b"
            + " CROSS JOIN flowers AS c CROSS JOIN flowers AS d CROSS JOIN flowers AS e";

    private static TestServer server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        assertThat(server.statement("CREATE TABLE shop.orders (id BIGINT, \"unit price\" DOUBLE, \"order\" STRING)")
                        .status())
                .isEqualTo(200);
        assertThat(server.statement("INSERT INTO shop.orders VALUES (7, 1.5, 'last')")
                        .status())
                .isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void executesAStatementOfSeveralLines() throws Exception {
        List<Key> keys = server.nerium().keys().list();
        try (PseudoTerminal terminal = open()) {
            terminal.type("SELECT id,\r'a;b' AS text -- not yet;\rFROM shop.orders;" + ENTER);

            terminal.waitFor(" id │ text");
            terminal.waitFor(" 7 │ a;b");
            terminal.waitFor("1 row · ");
            terminal.waitFor(PROMPT);
            assertThat(terminal.screen()).contains("     -> ");
            leave(terminal);
        }
        assertThat(server.nerium().keys().list()).isEqualTo(keys);
    }

    @Test
    void completesNamesOfTheLake() throws Exception {
        try (PseudoTerminal terminal = open()) {
            terminal.type("sel\t'x' AS found FROM sho\tord\tWHERE \"un\t> 1 AND orders.\"or\t= 'last';" + ENTER);
            // The line is wrapped.
            terminal.waitFor("select 'x' AS found FROM shop.orders WHERE \"unit price\" > 1 AND orders.");
            terminal.waitFor("\"order\" = 'last';");
            terminal.waitFor("1 row");
            terminal.waitFor(PROMPT);

            terminal.type("SELECT id FROM shop.orders lim\t1;" + ENTER);
            terminal.waitFor("SELECT id FROM shop.orders limit 1;");
            terminal.waitFor("1 row");
            terminal.waitFor(PROMPT);
            leave(terminal);
        }
    }

    @Test
    void cancelsTheRunAtCtrlC() throws Exception {
        try (PseudoTerminal terminal = open()) {
            terminal.type(SLOW + ";" + ENTER);
            await().until(() -> state().equals("RUNNING"));

            terminal.type(CTRL_C);

            terminal.waitFor("error: ");
            terminal.waitFor(PROMPT);
            assertThat(state()).isEqualTo("ABORT");
            command(terminal, "SELECT 1 AS still;", "still");
            leave(terminal);
        }
    }

    @Test
    void clearsTheLineAtCtrlC() throws Exception {
        try (PseudoTerminal terminal = open()) {
            terminal.type("SELECT nonsense FROM" + CTRL_C);
            terminal.waitFor(PROMPT);
            command(terminal, "SELECT 'fresh' AS line;", "1 row");
            leave(terminal);
        }
    }

    @Test
    void showsWhereAnErrorIs() throws Exception {
        try (PseudoTerminal terminal = open()) {
            terminal.type("SELECT id,\r  prise\rFROM shop.orders;" + ENTER);
            terminal.waitFor("error:");
            terminal.waitFor(" There is no column 'prise'.");
            terminal.waitFor("  2 |   prise\n        ^");
            terminal.waitFor(PROMPT);
            assertThat(terminal.raw()).contains("\u001b[31m");
            leave(terminal);
        }
    }

    @Test
    void usesNoColoursIfTheUserWantsNone() throws Exception {
        try (PseudoTerminal terminal = open(Map.of("NO_COLOR", "1"))) {
            command(terminal, "SELECT prise FROM shop.orders;", "error: There is no column 'prise'.");
            assertThat(terminal.raw()).doesNotContain("\u001b[31m");
            leave(terminal);
        }
    }

    @Test
    void hasCommands() throws Exception {
        Path output = folder.resolve("out.csv");
        try (PseudoTerminal terminal = open()) {
            command(terminal, "\\d", "orders");
            command(terminal, "\\d shop.orders", "unit price");
            command(terminal, "\\dt shop", "orders");
            command(terminal, "\\dn", "shop");
            command(terminal, "\\l", "oleander");
            command(terminal, "\\?", "\\timing");
            command(terminal, "\\timing", "timing is on");
            command(terminal, "\\format csv", "printed as csv");
            command(terminal, "SELECT id FROM shop.orders;", "id\n7\n");
            command(terminal, "\\o " + output, "written to");
            command(terminal, "SELECT id FROM shop.orders;", "time: ");
            command(terminal, "\\o", "printed here");
            command(terminal, "\\d nothing.there", "error: ");
            command(terminal, "\\nonsense", "error: there is no command \\nonsense");
            terminal.type("quit;" + ENTER);
            assertThat(terminal.exit()).isZero();
        }
        assertThat(output).hasContent("id\n7\n");
    }

    @Test
    void printsExpandedRows() throws Exception {
        try (PseudoTerminal terminal = open()) {
            command(terminal, "\\x", "results are printed as expanded");
            command(terminal, "SELECT * FROM shop.orders;", " unit price │ 1.5\n order      │ last");
            command(terminal, "\\x", "results are printed as table");
            command(terminal, "SELECT id FROM shop.orders;", " id\n Int64");
            command(terminal, "\\x on", "results are printed as expanded");
            command(terminal, "\\format table", "results are printed as table");
            command(terminal, "\\x maybe", "error: the argument is 'maybe': expected on or off");
            leave(terminal);
        }
    }

    @Test
    void showsTheFirstRowsAtThePrompt() throws Exception {
        try (PseudoTerminal terminal = PseudoTerminal.start(
                Map.of(), "sql", "--max-rows", "2", "--home", server.home().toString())) {
            terminal.waitFor(PROMPT);
            command(terminal, "SELECT species FROM flowers;", "150 rows, of which the first 2 are shown");
            command(terminal, "\\format csv", "printed as csv");
            command(terminal, "SELECT n FROM range(3) AS r(n);", "n\n0\n1\n2\n");
            leave(terminal);
        }
    }

    @Test
    void executesTheStatementsOfAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("all of it.sql"), """
                -- two statements; and an error
                SELECT 'first;' AS a;
                SELECT id
                FROM shop.orders;
                SELECT prise FROM shop.orders;
                SELECT 'never' AS b;
                """);
        try (PseudoTerminal terminal = open()) {
            terminal.type("\\i " + file + ENTER);
            terminal.waitFor("first;");
            terminal.waitFor("7");
            terminal.waitFor(" There is no column 'prise'.");
            terminal.waitFor("in the statement that begins at line 5");
            terminal.waitFor(PROMPT);
            assertThat(terminal.screen()).doesNotContain("never");
            command(terminal, "\\i " + folder.resolve("none.sql"), " there is no file " + folder.resolve("none.sql"));
            command(terminal, "\\i", " \\i needs the name of a file");
            command(terminal, "\\i -", " there is no file ");
            command(terminal, "SELECT 1 AS one;", "1 row");
            leave(terminal);
        }
    }

    @Test
    void completesColumnsOfViews() throws Exception {
        assertThat(server.statement("CREATE VIEW shop.dear AS SELECT id, \"unit price\" AS dearest FROM shop.orders")
                        .status())
                .isEqualTo(200);
        try (PseudoTerminal terminal = open()) {
            terminal.type("SELECT 'x' FROM shop.dea\tAS d WHERE d.dea\t> 1 AND deare\t< 2;" + ENTER);
            terminal.waitFor("SELECT 'x' FROM shop.dear AS d WHERE d.dearest > 1 AND dearest < 2;");
            terminal.waitFor("1 row");
            terminal.waitFor(PROMPT);
            leave(terminal);
        }
        assertThat(server.statement("DROP VIEW shop.dear").status()).isEqualTo(200);
    }

    @Test
    void showsALargeResultInThePager() throws Exception {
        try (PseudoTerminal terminal = open(Map.of("PAGER", "sed 's/^/paged: /'"))) {
            command(terminal, "SELECT id FROM shop.orders;", "7");
            assertThat(terminal.screen()).doesNotContain("paged: ");
            command(terminal, "SELECT species FROM flowers;", "paged:  setosa");
            String columns = String.join(
                    ", ", IntStream.range(0, 200).mapToObj(i -> i + " AS c" + i).toList());
            command(terminal, "SELECT " + columns + ";", "paged:     c0 │");
            command(terminal, "\\pager off", "off");
            int before = terminal.screen().length();
            command(terminal, "SELECT species FROM flowers;", " virginica");
            assertThat(terminal.screen().substring(before)).doesNotContain("paged: ");
            leave(terminal);
        }
    }

    @Test
    void showsALargeResultInLess() throws Exception {
        try (PseudoTerminal terminal = open()) {
            terminal.type("SELECT species FROM flowers;" + ENTER);
            terminal.waitFor(":");
            terminal.type("G");
            terminal.waitFor("(END)");
            terminal.type("q");
            terminal.waitFor("150 rows");
            terminal.waitFor(PROMPT);
            leave(terminal);
        }
    }

    @Test
    void printsALargeResultWithoutAPager() throws Exception {
        try (PseudoTerminal terminal = open(Map.of("PAGER", "/nowhere/pager"))) {
            command(terminal, "SELECT species FROM flowers;", " virginica");
            leave(terminal);
        }
    }

    @Test
    void keepsAHistoryThatOnlyTheUserCanRead() throws Exception {
        try (PseudoTerminal terminal = open()) {
            command(terminal, "SELECT 'first' AS a;", "first");
            leave(terminal);
        }
        Path history = server.home().resolve("sql-history");
        assertThat(history).content().contains("SELECT 'first' AS a;");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
                .isEqualTo("rw-------");
        try (PseudoTerminal terminal = open()) {
            command(terminal, "\u001bOA", "1 row");
            leave(terminal);
        }
    }

    @Test
    void worksWithoutAHistory() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        Map<String, String> environment = Map.of(
                "NERIUM_URL", server.url().toString(), "NERIUM_KEY", server.key(), "NERIUM_HOME", file.toString());
        try (PseudoTerminal terminal = PseudoTerminal.start(environment, "sql")) {
            terminal.waitFor("history is not kept: nothing can be written to " + file);
            terminal.waitFor(PROMPT);
            command(terminal, "SELECT 1 AS one;", "1 row");
            leave(terminal);
        }
    }

    @Test
    void worksOnATerminalThatCanDoNothing() throws Exception {
        try (PseudoTerminal terminal = open(Map.of("TERM", "dumb"))) {
            command(terminal, "SELECT species FROM flowers;", "150 rows");
            leave(terminal);
        }
    }

    @Test
    void goesOnWhenTheServerIsBack() throws Exception {
        Path home = TestServer.newHome();
        ServerProcess first = ServerProcess.start(home);
        try (PseudoTerminal terminal = PseudoTerminal.start(Map.of(), "sql", "--home", home.toString())) {
            terminal.waitFor(PROMPT);
            command(terminal, "SELECT 1 AS one;", "1 row");
            first.kill();
            command(terminal, "SELECT 2 AS two;", "error: ");
            try (ServerProcess _ = ServerProcess.start(home)) {
                command(terminal, "SELECT 3 AS three;", "1 row");
                leave(terminal);
            }
        } finally {
            first.close();
        }
    }

    @Test
    void needsAServer() throws Exception {
        try (PseudoTerminal terminal = PseudoTerminal.start(Map.of(), "sql", "--home", folder.toString())) {
            terminal.waitFor("no server is running here");
            assertThat(terminal.exit()).isEqualTo(1);
        }
    }

    private static void command(PseudoTerminal terminal, String input, String expected) throws IOException {
        terminal.type(input + ENTER);
        terminal.waitFor(expected);
        terminal.waitFor(PROMPT);
    }

    private static void leave(PseudoTerminal terminal) throws Exception {
        terminal.type(CTRL_D);
        assertThat(terminal.exit()).as(terminal.screen()).isZero();
    }

    private static PseudoTerminal open() throws IOException {
        return open(Map.of());
    }

    private static PseudoTerminal open(Map<String, String> environment) throws IOException {
        PseudoTerminal terminal =
                PseudoTerminal.start(environment, "sql", "--home", server.home().toString());
        terminal.waitFor(PROMPT);
        return terminal;
    }

    /** The state of the newest run. */
    private static String state() {
        return server.get("/api/v2/runs?limit=1").json().at("/runs/0/state").asText();
    }
}
