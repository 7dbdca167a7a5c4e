package dev.nerium.contract;

import static dev.nerium.contract.Requests.POLARS;
import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of tables, in {@code tables} and {@code destination}. */
@Tag("server")
class TableNamesTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        server.script(
                "result = pl.DataFrame({'a': [7]})", java.util.Map.of("destination", "my_space.\"odd. @$\"\"name\""));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            flowers           | it has 1 part
            a.b.c.d           | it has 4 parts
            .b                | part 1 is empty
            a.                | part 2 is empty
            a..c              | part 2 is empty
            a.""              | part 2 is empty
            "a.b              | a quote is not closed
            a."b              | a quote is not closed
            "a"b.c            | 'b' is where a dot or the end was expected
            a b.c             | a part with a space or a quote must be double-quoted
            a.b"c             | a part with a space or a quote must be double-quoted
            default.a/b       | part 2 has a character that no name may have, or only dots
            default."a/b"     | part 2 has a character that no name may have, or only dots
            default.".."      | part 2 has a character that no name may have, or only dots
            ".".flowers       | part 1 has a character that no name may have, or only dots
            """)
    void saysWhatIsWrongWithAMalformedName(String name, String why) {
        String sentence = "%s is '%s': expected namespace.table or catalog.namespace.table, but %s.";

        assertRefused(
                tables("\"t=" + quoted(name) + "\""), "INVALID_REQUEST", sentence.formatted("tables[0]", name, why));
        assertRefused(
                tables("{\"alias\": \"t\", \"table\": \"" + quoted(name) + "\"}"),
                "INVALID_REQUEST",
                sentence.formatted("tables[0].table", name, why));
        assertRefused(
                server.post(POLARS, Requests.query("\"destination\": \"" + quoted(name) + "\"")),
                "INVALID_REQUEST",
                sentence.formatted("destination", name, why));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            5                                | tables[0] is 5: expected "alias=namespace.table" or {"alias": "alias", "table": "namespace.table"}.
            null                             | tables[0] is null: expected "alias=namespace.table" or {"alias": "alias", "table": "namespace.table"}.
            ["t", "default.flowers"]         | tables[0] is ["t","default.flowers"]: expected "alias=namespace.table" or {"alias": "alias", "table": "namespace.table"}.
            ""                               | tables[0] is "": expected "alias=namespace.table" or {"alias": "alias", "table": "namespace.table"}.
            "=default.flowers"               | tables[0] is '=default.flowers': the alias before '=' is empty.
            {"table": "default.flowers"}     | tables[0].alias is missing: an entry needs an alias and a table.
            {"alias": "t"}                   | tables[0].table is missing: an entry needs an alias and a table.
            {"alias": "t", "table": null}    | tables[0].table is missing: an entry needs an alias and a table.
            {"alias": 5, "table": "a.b"}     | tables[0].alias is 5: expected a string that is not empty.
            {"alias": " ", "table": "a.b"}   | tables[0].alias is " ": expected a string that is not empty.
            {"alias": "t", "table": ["a.b"]} | tables[0].table is ["a.b"]: expected a string that is not empty.
            """)
    void saysWhatIsWrongWithAnEntry(String entry, String error) {
        assertRefused(tables(entry), "INVALID_REQUEST", error);
    }

    @Test
    void refusesTwoEntriesWithOneAlias() {
        assertRefused(
                tables("\"t=default.flowers\", {\"alias\": \"t\", \"table\": \"default.other\"}"),
                "INVALID_REQUEST",
                "tables[1] has the alias 't', which another entry has too: give each its own.");
        assertRefused(
                tables("\"default.flowers\", \"other.flowers\""),
                "INVALID_REQUEST",
                "tables[1] has the alias 'flowers', which another entry has too: give each its own.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            default.flower    | There is no table 'default.flower'. Did you mean 'default.flowers'?
            default.Flowers   | There is no table 'default.Flowers'. Did you mean 'default.flowers'?
            default.invoices  | There is no table 'default.invoices'.
            defualt.flowers   | There is no namespace 'defualt' in the catalog 'oleander'. Did you mean 'default'?
            sales.flowers     | There is no namespace 'sales' in the catalog 'oleander'.
            oleander.default.x | There is no table 'default.x'.
            """)
    void namesTheNearestTableOrNamespace(String name, String error) {
        assertRefused(tables("\"t=" + name + "\""), "UNKNOWN_TABLE", error);
    }

    @Test
    void aThirdPartNamesTheCatalog() {
        assertRefused(tables("\"t=other.default.flowers\""), "UNKNOWN_TABLE", "There is no catalog 'other'.");
    }

    @Test
    void aThirdPartMustBeTheCatalogThatTheRequestNames() {
        String error =
                "%s is 'other.default.flowers', in the catalog 'other', but the request's catalog is 'oleander'.";

        assertRefused(
                server.post(
                        POLARS, Requests.query("\"catalog\": \"oleander\", \"tables\": [\"t=other.default.flowers\"]")),
                "INVALID_REQUEST",
                error.formatted("tables[0]"));
        assertRefused(
                server.post(
                        POLARS,
                        Requests.query("\"catalog\": \"oleander\", \"destination\": \"other.default.flowers\"")),
                "INVALID_REQUEST",
                error.formatted("destination"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "t=oleander.default.flowers",
                "t=\"default\".\"flowers\"",
                "t=\"oleander\".default.\"flowers\"",
                " t = default.flowers "
            })
    void takesQuotedAndThreePartNames(String entry) {
        assertThat(tables("\"" + quoted(entry) + "\"").rows()).isEqualTo("[[1]]");
    }

    @Test
    void quotesMakeAnyNamePossible() {
        Reply reply = server.query("select a from t", "t=my_space.\"odd. @$\"\"name\"");

        assertThat(reply.rows()).isEqualTo("[[7]]");
    }

    private static Reply tables(String entries) {
        return server.post(POLARS, Requests.query("\"tables\": [" + entries + "]"));
    }

    private static String quoted(String name) {
        return name.replace("\"", "\\\"");
    }
}
