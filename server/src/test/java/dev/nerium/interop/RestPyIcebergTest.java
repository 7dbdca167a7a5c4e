package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** PyIceberg reads and writes the lake through {@code /iceberg}. */
@Tag("interop")
class RestPyIcebergTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void readsWhatNeriumWrote() {
        JsonNode seen = pyiceberg("""
                table = catalog.load_table("default.flowers")
                answer([
                    catalog.list_namespaces(),
                    catalog.list_tables("default"),
                    catalog.table_exists("default.flowers"),
                    catalog.table_exists("default.nothing"),
                    table.scan(row_filter="species = 'setosa'").to_arrow().num_rows,
                ])
                """);

        assertThat(seen.get(0).toString()).contains("[\"default\"]", "[\"telemetry\"]");
        assertThat(seen.get(1).toString()).contains("[\"default\",\"flowers\"]");
        assertThat(seen.get(2).asBoolean()).isTrue();
        assertThat(seen.get(3).asBoolean()).isFalse();
        assertThat(seen.get(4).asInt()).isEqualTo(50);
    }

    @Test
    void writesWhatNeriumReadsAtOnce() {
        pyiceberg("""
                catalog.create_namespace("py")
                table = catalog.create_table("py.visits", pa.schema([("day", pa.string()), ("n", pa.int64())]))
                table.append(pa.table({"day": ["mo", "tu"], "n": [1, 2]}))
                answer(None)
                """);
        assertThat(sum("py.visits")).isEqualTo("[[2,3]]");

        append("py.visits", "{'day': ['we'], 'n': [10]}");
        JsonNode days = pyiceberg("""
                table = catalog.load_table("py.visits")
                table.delete("day = 'mo'")
                with table.update_schema() as update:
                    update.add_column("note", __import__("pyiceberg.types").types.StringType())
                catalog.rename_table("py.visits", "py.renamed")
                answer(catalog.load_table("py.renamed").scan().to_arrow().sort_by("day")["day"].to_pylist())
                """);

        assertThat(days.toString()).isEqualTo("[\"tu\",\"we\"]");
        assertThat(sum("py.renamed")).isEqualTo("[[2,12]]");
        assertThat(server.query("SELECT note FROM t LIMIT 1", "t=py.renamed").rows())
                .isEqualTo("[[null]]");
        assertThat(server.query("SELECT n FROM t", "t=py.visits").error()).contains("There is no table 'py.visits'.");
    }

    @Test
    void aTableThatIsMadeAnewUnderItsNameIsTheNewOne() {
        for (int n = 1; n <= 2; n++) {
            pyiceberg("""
                    catalog.create_namespace_if_not_exists("again")
                    if catalog.table_exists("again.t"):
                        catalog.purge_table("again.t")
                    catalog.create_table("again.t", pa.schema([("n", pa.int64())])).append(pa.table({"n": [%d]}))
                    answer(None)
                    """.formatted(n));
            assertThat(server.query("SELECT n FROM t", "t=again.t").rows()).isEqualTo("[[" + n + "]]");
        }
    }

    @Test
    void bothWriteAtOnceAndNothingIsLost() {
        pyiceberg("""
                catalog.create_namespace("both")
                catalog.create_table("both.t", pa.schema([("day", pa.string()), ("n", pa.int64())]))
                answer(None)
                """);
        CompletableFuture<JsonNode> other = CompletableFuture.supplyAsync(() -> pyiceberg("""
                import time
                landed = 0
                for n in range(8):
                    while True:
                        try:
                            catalog.load_table("both.t").append(pa.table({"day": ["py"], "n": [1]}))
                            landed += 1
                            break
                        except CommitFailedException:
                            continue
                answer(landed)
                """));
        int own = 0;
        while (own < 8 || !other.isDone()) {
            append("both.t", "{'day': ['nerium'], 'n': [1]}");
            own++;
        }

        assertThat(other.join().asInt()).isEqualTo(8);
        assertThat(sum("both.t")).isEqualTo("[[" + (own + 8) + "," + (own + 8) + "]]");
    }

    @Test
    void aKeyThatMayOnlyReadReadsOnly() {
        String admin = server.key();
        try {
            server.useKey("only-reads", Scope.READ);
            JsonNode seen = pyiceberg("""
                    rows = catalog.load_table("default.flowers").scan().to_arrow().num_rows
                    refused = []
                    for change in (
                        lambda: catalog.create_namespace("mine"),
                        lambda: catalog.drop_table("default.flowers"),
                        lambda: catalog.load_table("default.flowers").delete("species = 'setosa'"),
                    ):
                        try:
                            change()
                        except ForbiddenError as error:
                            refused.append(str(error))
                    answer([rows, refused])
                    """);

            assertThat(seen.get(0).asInt()).isEqualTo(150);
            assertThat(seen.get(1))
                    .hasSize(3)
                    .allSatisfy(error -> assertThat(error.asText())
                            .contains("The key 'only-reads' has the scope read: changing a catalog needs write."));
        } finally {
            server.useKey(admin);
        }
    }

    @Test
    void aKeyIsAlsoTakenAsTheSecretOfOAuth2() {
        JsonNode names = pyiceberg("""
                oauth = load_catalog("oauth", type="rest", uri=f"{URL}/iceberg", credential=f"anyone:{KEY}", warehouse="oleander")
                try:
                    load_catalog("wrong", type="rest", uri=f"{URL}/iceberg", credential="anyone:guessed", warehouse="oleander")
                except Exception as error:
                    answer([oauth.list_tables("default"), str(error)])
                """);

        assertThat(names.get(0).toString()).contains("flowers");
        assertThat(names.get(1).asText()).contains("invalid_client");
    }

    private static void append(String table, String columns) {
        Reply reply = server.script(
                "result = pl.DataFrame(" + columns + ")", Map.of("destination", table, "saveMode", "append"));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static String sum(String table) {
        return server.query("SELECT count(*) AS c, sum(n) AS s FROM t", "t=" + table)
                .rows();
    }

    private static JsonNode pyiceberg(String program) {
        return Python.run(server, "rest", program);
    }
}
