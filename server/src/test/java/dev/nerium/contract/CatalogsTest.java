package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several catalogs by configuration: real databases, a real REST catalog, and some that do not answer. */
@Tag("server")
@Timeout(180)
class CatalogsTest {
    private static EmbeddedPostgres postgres;
    private static TestServer other;
    private static ServerSocket silent;
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
        other = TestServer.start();
        silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Path home = TestServer.newHome();
        Files.writeString(home.resolve("token"), other.key() + "\n");
        Files.writeString(home.resolve("credential"), "nerium:" + other.key());
        Files.writeString(home.resolve("wrong"), "nrm_0_0");
        Files.writeString(home.resolve("nerium.yaml"), """
                catalogs:
                  pg: {type: jdbc, uri: "PG", user: postgres, warehouse: HOME/pg}
                  lite: {type: jdbc, uri: "jdbc:sqlite:HOME/lite.db", warehouse: HOME/lite}
                  files: {type: hadoop, warehouse: HOME/files}
                  other: {type: rest, uri: OTHER, warehouse: oleander, token-file: token, folders: [LAKE]}
                  oauth: {type: rest, uri: OTHER, warehouse: oleander, credential-file: credential, oauth2-uri: "OTHER/v1/oauth/tokens", folders: [LAKE]}
                  closed: {type: rest, uri: OTHER, warehouse: oleander, token-file: token}
                  locked: {type: rest, uri: OTHER, warehouse: oleander, token-file: wrong}
                  gone: {type: rest, uri: "http://127.0.0.1:1/iceberg", timeout: 2s}
                  silent: {type: rest, uri: "http://127.0.0.1:SILENT/iceberg", timeout: 2s}
                  pg_gone: {type: jdbc, uri: "jdbc:postgresql://127.0.0.1:1/x", warehouse: HOME/x, timeout: 2s}
                  pg_silent: {type: jdbc, uri: "jdbc:postgresql://127.0.0.1:SILENT/x", warehouse: HOME/x, timeout: 2s}
                  hive: {type: hive, uri: "thrift://127.0.0.1:1", warehouse: HOME/hive}
                  glue: {type: glue, warehouse: HOME/glue}
                  nessie: {type: nessie, uri: "http://127.0.0.1:1/api/v2", warehouse: HOME/nessie}
                """.replace("HOME", home.toString())
                .replace("PG", postgres.getJdbcUrl("postgres", "postgres"))
                .replace("OTHER", other.url() + "/iceberg")
                .replace("LAKE", other.home() + "/lake/warehouse")
                .replace("SILENT", String.valueOf(silent.getLocalPort())));
        server = TestServer.start(home, Map.of());
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
        other.close();
        silent.close();
        postgres.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg", "lite", "other", "oauth"})
    void writesAndReadsTablesOfEachKind(String catalog) {
        String table = catalog + ".kinds_" + catalog + ".t";

        save("{'n': [1, 2]}", table, "overwrite");
        save("{'n': [3]}", table, "append");
        assertThat(sum(table)).isEqualTo("[[3,6]]");
        save("{'n': [10], 's': ['x']}", table, "overwrite");
        assertThat(sum(table)).isEqualTo("[[1,10]]");
        server.script(
                "result = pl.DataFrame({'n': [10, 20], 's': ['y', 'z']})",
                Map.of("destination", table, "saveMode", "merge", "mergeKeys", new String[] {"n"}));
        assertThat(server.query("SELECT n, s FROM t ORDER BY n", "t=" + table).rows())
                .isEqualTo("[[10,\"y\"],[20,\"z\"]]");

        String path = "/api/v1/catalogs/" + catalog + "/namespaces/kinds_" + catalog + "/tables";
        assertThat(server.get(path).json().at("/tables/0/table").asText()).isEqualTo("t");
        assertThat(server.get(path + "/t/size").json().path("dataFileCount").asInt())
                .isPositive();
    }

    @Test
    void aQueryJoinsTablesOfSeveralCatalogs() {
        save("{'n': [1, 2], 'a': ['one', 'two']}", "pg.joins.t", "overwrite");
        save("{'n': [2, 3], 'b': ['zwei', 'drei']}", "other.joins.t", "overwrite");

        Reply reply = server.query(
                "SELECT a, b, (SELECT count(*) FROM f) AS c FROM p JOIN o ON p.n = o.n",
                "p=pg.joins.t",
                "o=other.joins.t",
                "f=default.flowers");
        Reply script = server.script(
                "result = scan('pg.joins.t').join(scan('other.joins.t'), on='n').select('a', 'b')",
                Map.of("destination", "lite.joins.both"));

        assertThat(reply.rows()).as(reply.text()).isEqualTo("[[\"two\",\"zwei\",150]]");
        assertThat(script.status()).as(script.text()).isEqualTo(200);
        assertThat(server.query("SELECT a, b FROM t", "t=lite.joins.both").rows())
                .isEqualTo("[[\"two\",\"zwei\"]]");
    }

    @Test
    void theRequestNamesItsCatalog() {
        save("{'n': [5]}", "pg.named.t", "overwrite");

        Reply reply = server.run("""
                {'mode': 'query', 'query': 'SELECT n FROM t', 'tables': ['t=named.t'], 'catalog': 'pg'}""");

        assertThat(reply.rows()).as(reply.text()).isEqualTo("[[5]]");
    }

    @Test
    void seesAtOnceWhatTheOtherServerWrote() {
        for (int n = 1; n <= 3; n++) {
            other.script("result = pl.DataFrame({'n': [1]})", Map.of("destination", "fresh.t", "saveMode", "append"));
            assertThat(sum("other.fresh.t")).isEqualTo("[[" + n + "," + n + "]]");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gone      | The catalog 'gone' (rest) does not respond correctly.
            silent    | The catalog 'silent' (rest) does not respond correctly.
            locked    | The catalog 'locked' (rest) does not respond correctly.
            pg_gone   | The catalog 'pg_gone' (jdbc) does not respond correctly.
            pg_silent | The catalog 'pg_silent' (jdbc) does not respond correctly.
            files     | The catalog 'files' is of the type hadoop, and Hadoop 3.4.2 does not run on Java 25.
            hive      | Catalog 'hive': cannot load type hive. Copy iceberg-hive-metastore and its dependencies to HOME/plugins.
            glue      | Catalog 'glue': cannot load type glue. Copy iceberg-aws and its dependencies to HOME/plugins.
            nessie    | Catalog 'nessie': cannot load type nessie. Copy iceberg-nessie and its dependencies to HOME/plugins.
            """)
    void aCatalogThatIsDownIsToldOfAndTheOthersGoOn(String catalog, String error) {
        Reply reply = server.query("SELECT * FROM t", "t=" + catalog + ".a.b");

        assertThat(reply.status()).as(reply.text()).isEqualTo(500);
        assertThat(reply.json().path("code").asText()).isEqualTo("CATALOG_ERROR");
        assertThat(reply.error()).isEqualTo(error.replace("HOME", server.home().toString()));
        assertThat(reply.text()).doesNotContain("nrm_0_0");
        assertThat(server.query("SELECT count(*) AS n FROM t", "t=default.flowers")
                        .rows())
                .isEqualTo("[[150]]");
        assertThat(server.get("/ready").status()).isEqualTo(200);
        assertThat(server.get("/ready").json().at("/catalogs/" + catalog).asText())
                .isEqualTo("down");
    }

    @Test
    void filesOutsideOfACatalogsFoldersAreNotRead() {
        other.script("result = pl.DataFrame({'n': [1]})", Map.of("destination", "outside.t"));

        Reply reply = server.query("SELECT * FROM t", "t=closed.outside.t");

        assertThat(reply.json().path("code").asText()).isEqualTo("UNSUPPORTED_TABLE");
        assertThat(reply.error()).endsWith("is outside of the folders of its catalog.");
    }

    @Test
    void showsTheCatalogsWithoutTheirSecrets() {
        JsonNode catalogs = server.get("/api/v1/catalogs?counts=true").json();

        assertThat(catalogs.path("registeredCatalogs")).hasSize(15);
        assertThat(catalogs.at("/registeredCatalogs/0/name").asText()).isEqualTo("oleander");
        assertThat(catalogs.at("/registeredCatalogs/0/tableCount").asInt()).isPositive();
        assertThat(catalogs.toString())
                .contains("\"error\":\"The catalog 'gone' (rest) does not respond correctly.\"")
                .doesNotContain(other.key(), "password");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {type: jdbc, urii: x}                              | unknown key 'catalogs.x.urii'. Did you mean 'catalogs.x.uri'?
            {type: jbdc}                                       | catalogs.x.type
            {uri: x}                                           | catalogs.x.type
            {type: rest, token-file: nowhere}                  | catalogs.x.token-file is 'nowhere', which can't be read
            {type: rest, properties: {token: abc}}             | has 'token': secrets come from password-file, token-file or credential-file
            """)
    void saysWhatIsWrongWithTheConfiguration(String catalog, String message, @TempDir Path home) throws IOException {
        Files.writeString(home.resolve("nerium.yaml"), "catalogs: {x: " + catalog + "}");

        assertThatThrownBy(() -> NeriumConfig.load(home, Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("abc");
    }

    @Test
    void secretsMayComeFromTheEnvironment(@TempDir Path home) throws IOException {
        Files.writeString(home.resolve("nerium.yaml"), "catalogs: {my-lake: {type: rest}}");

        NeriumConfig config = NeriumConfig.load(home, Map.of(), Map.of("NERIUM_CATALOG_MY_LAKE_TOKEN", "abc"));

        assertThat(config.catalogs().values())
                .allSatisfy(lake -> assertThat(lake.token().value()).contains("abc"));
        assertThat(config.toString()).doesNotContain("abc");
    }

    private static void save(String columns, String table, String mode) {
        Reply reply = server.write(columns, Map.of("destination", table, "saveMode", mode));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static String sum(String table) {
        Reply reply = server.query("SELECT count(*) AS c, sum(n) AS s FROM t", "t=" + table);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.rows();
    }
}
