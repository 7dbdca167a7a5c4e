package dev.nerium.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code /iceberg} answers, and what a key that may write can't make it do. */
@Tag("server")
class IcebergRestTest {
    private static final String CATALOG = "/iceberg/v1/oleander";
    private static final String SCHEMA =
            "{\"type\":\"struct\",\"schema-id\":0,\"fields\":[{\"id\":1,\"name\":\"n\",\"required\":false,\"type\":\"long\"}]}";

    private static TestServer server;
    private static Path canary;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.start();
        server.script("result = pl.DataFrame({'n': [1]})", Map.of("destination", "default.own"));
        canary = Files.writeString(server.home().resolve("canary.metadata.json"), metadata());
        server.useKey("writer", Scope.WRITE);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String metadata() throws IOException {
        try (Stream<Path> files = Files.walk(server.home().resolve("lake/warehouse/default/own/metadata"))) {
            return Files.readString(files.filter(file -> file.toString().endsWith(".metadata.json"))
                    .findFirst()
                    .orElseThrow());
        }
    }

    @Test
    void saysWhereACatalogIsAndWhatItServes() {
        JsonNode config = server.get("/iceberg/v1/config").json();

        assertThat(config.at("/overrides/prefix").asText()).isEqualTo("oleander");
        assertThat(config.path("endpoints").toString())
                .contains(
                        "POST /v1/{prefix}/namespaces/{namespace}/register",
                        "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan")
                .doesNotContain("transactions/commit");
        assertThat(server.get("/iceberg/v1/config?warehouse=other")
                        .json()
                        .at("/error/message")
                        .asText())
                .isEqualTo("There is no catalog 'other'.");
    }

    @Test
    void aTableThatDidNotChangeIsNotSentAgain() {
        Reply first = server.get(CATALOG + "/namespaces/default/tables/flowers");
        String tag = first.response().headers().firstValue("ETag").orElseThrow();
        Reply again = server.send(server.request(CATALOG + "/namespaces/default/tables/flowers")
                .header("If-None-Match", tag)
                .build());

        assertThat(first.json().at("/metadata/format-version").asInt()).isEqualTo(2);
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.text()).isEmpty();
    }

    @Test
    void plansAScanOfTheFilesThatItNeeds() {
        Reply plan = server.post(
                CATALOG + "/namespaces/default/tables/flowers/plan",
                "{\"filter\":{\"type\":\"eq\",\"term\":\"species\",\"value\":\"setosa\"},\"case-sensitive\":true}");
        Reply none = server.post(
                CATALOG + "/namespaces/default/tables/flowers/plan",
                "{\"filter\":{\"type\":\"eq\",\"term\":\"species\",\"value\":\"zinnia\"},\"case-sensitive\":true}");

        assertThat(plan.status()).as(plan.text()).isEqualTo(200);
        assertThat(plan.json().path("status").asText()).isEqualTo("completed");
        assertThat(plan.json().path("file-scan-tasks")).hasSize(1);
        assertThat(none.json().path("file-scan-tasks")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "snapshots", "history", "partitions", "manifests", "refs", "all_data_files"})
    void metadataTablesAreNotBelowATable(String name) {
        String table = CATALOG + "/namespaces/default%1Fown/tables/" + name;

        Reply loaded = server.get(table);
        assertThat(loaded.status()).as(loaded.text()).isEqualTo(404);
        assertThat(loaded.json().at("/error/type").asText()).isEqualTo("NoSuchTableException");
        assertThat(server.post(table, "{\"requirements\":[],\"updates\":[]}").status())
                .isEqualTo(404);
        Reply read = server.query("SELECT * FROM t", "t=oleander.\"default.own\"." + name);
        assertThat(read.json().path("code").asText()).as(read.text()).isEqualTo("UNKNOWN_TABLE");
    }

    @Test
    void aNewTableNeedsItsNamespace() {
        String table = "{\"name\": \"t\", \"schema\": %s}".formatted(SCHEMA);

        for (String staged : new String[] {table, table.replace("}}", "}, \"stage-create\": true}")}) {
            Reply made = server.post(CATALOG + "/namespaces/nowhere/tables", staged);
            assertThat(made.status()).as(made.text()).isEqualTo(404);
            assertThat(made.json().at("/error/type").asText()).isEqualTo("NoSuchNamespaceException");
        }
        assertThat(server.get(CATALOG + "/namespaces/nowhere").status()).isEqualTo(404);
    }

    @Test
    void aDotInALevelOfANamespaceIsRefused() {
        assertThat(server.post(CATALOG + "/namespaces", "{\"namespace\": [\"outer\"]}")
                        .status())
                .isEqualTo(200);
        assertThat(server.post(CATALOG + "/namespaces", "{\"namespace\": [\"outer\", \"inner\"]}")
                        .status())
                .isEqualTo(200);

        Reply made = server.post(CATALOG + "/namespaces", "{\"namespace\": [\"outer.inner\"]}");
        Reply loaded = server.get(CATALOG + "/namespaces/outer.inner");

        assertThat(server.get(CATALOG + "/namespaces/outer%1Finner").status()).isEqualTo(200);
        for (Reply refused : new Reply[] {made, loaded}) {
            assertThat(refused.status()).as(refused.text()).isEqualTo(400);
            assertThat(refused.json().at("/error/message").asText())
                    .isEqualTo("The namespace level 'outer.inner' has a dot, which divides levels in this catalog:"
                            + " name the levels ['outer', 'inner'].");
        }
    }

    @Test
    void keepsViewsForOthers() throws IOException {
        String view = """
                {"name": "v", "schema": %s, "properties": {}, "view-version": {"version-id": 1, "schema-id": 0,
                "timestamp-ms": 1, "summary": {"engine-name": "test"}, "default-namespace": ["default"],
                "representations": [{"type": "sql", "sql": "SELECT n FROM own", "dialect": "spark"}]}}
                """.formatted(SCHEMA);

        Reply made = server.post(CATALOG + "/namespaces/default/views", view);

        assertThat(made.status()).as(made.text()).isEqualTo(200);
        assertThat(server.get(CATALOG + "/namespaces/default/views").text()).contains("\"name\":\"v\"");
        assertThat(server.get(CATALOG + "/namespaces/default/views/v").text()).contains("SELECT n FROM own");
        for (Reply refused : new Reply[] {
            server.query("SELECT n FROM t", "t=default.v"),
            server.script("result = pl.DataFrame({'n': [1]})", Map.of("destination", "default.v"))
        }) {
            assertThat(refused.status()).as(refused.text()).isEqualTo(400);
            assertThat(refused.error()).startsWith("oleander.default.v is a view, which only statements of SQL read");
        }
        assertThat(server.delete(CATALOG + "/namespaces/default/views/v").status())
                .isEqualTo(204);
        assertThat(server.get(CATALOG + "/namespaces/default/views/v").status()).isEqualTo(404);
        try (Stream<Path> left = Files.list(server.home().resolve("lake/warehouse/default/v/metadata"))) {
            assertThat(left).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /iceberg/v1/other/namespaces                           | 404 | NotFoundException
            /iceberg/v1/oleander/namespaces/none                   | 404 | NoSuchNamespaceException
            /iceberg/v1/oleander/namespaces/none/tables/t          | 404 | NoSuchTableException
            /iceberg/v1/oleander/namespaces/default/tables/t       | 404 | NoSuchTableException
            /iceberg/v1/oleander/namespaces?pageSize=x             | 400 | NumberFormatException
            """)
    void failsInIcebergsForm(String path, int status, String type) {
        Reply reply = server.get(path);

        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.json().at("/error/code").asInt()).isEqualTo(status);
        assertThat(reply.json().at("/error/type").asText()).isEqualTo(type);
        assertThat(reply.json().at("/error/message").asText()).isNotEmpty();
    }

    /** A client that keeps its connection would take it for the next reply. */
    @Test
    void aReplyToHeadHasNoBody() throws IOException {
        byte[] request = "HEAD %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
                .formatted(CATALOG + "/namespaces/default/tables/none", server.key())
                .getBytes(UTF_8);
        try (Socket socket = new Socket(server.url().getHost(), server.url().getPort())) {
            socket.setSoTimeout(30_000);
            BufferedReader replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            for (int i = 0; i < 2; i++) {
                socket.getOutputStream().write(request);
                assertThat(replies.readLine()).startsWith("HTTP/1.1 404");
                assertThat(replies.lines().takeWhile(line -> !line.isEmpty())).isNotEmpty();
            }
        }
    }

    @Test
    void isClosedWithoutAKey() {
        Reply reply = server.send(server.request(CATALOG + "/namespaces")
                .setHeader("Authorization", "Bearer guessed")
                .build());

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.json().at("/error/type").asText()).isEqualTo("NotAuthorizedException");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"name": "t", "location": "/etc/nerium", "schema": SCHEMA}                                        | location
            {"name": "t", "location": "HOME/lake", "schema": SCHEMA}                                          | location
            {"name": "t", "location": "file:///etc/nerium", "schema": SCHEMA}                                 | location
            {"name": "t", "location": "HOME/lake/warehouse/../../x", "schema": SCHEMA}                        | location
            {"name": "t", "location": "relative/x", "schema": SCHEMA}                                         | location
            {"name": "t", "location": "/etc/nerium", "schema": SCHEMA, "stage-create": true}                  | location
            {"name": "t", "schema": SCHEMA, "properties": {"write.data.path": "/etc/nerium"}}                 | write.data.path
            {"name": "t", "schema": SCHEMA, "properties": {"write.metadata.path": "HOME"}}                    | write.metadata.path
            """)
    void makesNoTableOutsideOfTheWarehouse(String body, String what) {
        Reply reply = server.post(CATALOG + "/namespaces/default/tables", filled(body));

        assertThat(reply.status()).as(reply.text()).isEqualTo(403);
        assertThat(reply.json().at("/error/message").asText())
                .startsWith(what + " is '")
                .endsWith("which is outside of the folders of the catalog 'oleander'.");
        assertThat(server.get(CATALOG + "/namespaces/default/tables/t").status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"action": "set-location", "location": "/etc"}
            {"action": "set-properties", "updates": {"write.data.path": "/etc"}}
            {"action": "set-statistics", "snapshot-id": 1, "statistics": {"snapshot-id": 1, "statistics-path": "/etc/hosts", "file-size-in-bytes": 1, "file-footer-size-in-bytes": 1, "blob-metadata": []}}
            {"action": "add-snapshot", "snapshot": {"snapshot-id": 1, "sequence-number": 9, "timestamp-ms": 1, "manifest-list": "/etc/passwd", "summary": {"operation": "append"}, "schema-id": 0}}
            {"action": "add-snapshot", "snapshot": {"snapshot-id": 1, "sequence-number": 9, "timestamp-ms": 1, "manifest-list": "HOME/lake/warehouse/default/own/out/hosts", "summary": {"operation": "append"}, "schema-id": 0}}
            """)
    void takesNoCommitThatRefersToFilesOutsideOfTheWarehouse(String update) throws IOException {
        Path link = server.home().resolve("lake/warehouse/default/own/out");
        if (!Files.exists(link)) {
            Files.createSymbolicLink(link, Path.of("/etc"));
        }

        Reply reply = server.post(
                CATALOG + "/namespaces/default/tables/own",
                filled("{\"requirements\": [], \"updates\": [" + update + "]}"));

        assertThat(reply.status()).as(reply.text()).isEqualTo(403);
        assertThat(server.query("SELECT n FROM t", "t=default.own").rows()).isEqualTo("[[1]]");
    }

    @Test
    void takesNoSnapshotForThatOfARun() {
        String update = """
                {"requirements": [], "updates": [{"action": "add-snapshot", "snapshot": {"snapshot-id": 1,
                "sequence-number": 9, "timestamp-ms": 1, "manifest-list": "HOME/lake/warehouse/default/own/x.avro",
                "summary": {"operation": "append", "nerium.run-id": "RUN"},
                "schema-id": 0}}]}
                """;

        String run = server.get("/api/v2/runs?limit=1").json().findPath("id").asText();

        Reply reply = server.post(CATALOG + "/namespaces/default/tables/own", filled(update.replace("RUN", run)));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).contains(run + "', a run of this server, which commits by itself.");
    }

    @Test
    void registersOnlyMetadataOfTheWarehouse() throws IOException {
        Path link = server.home().resolve("lake/warehouse/linked.metadata.json");
        Files.createSymbolicLink(link, canary);
        Path inside = Files.writeString(
                server.home().resolve("lake/warehouse/moved.metadata.json"),
                metadata().replace(server.home() + "/lake/warehouse/default/own\"", "/etc\""));
        Path text = Files.writeString(server.home().resolve("lake/warehouse/text.metadata.json"), "a secret");

        assertThat(register(canary).status()).isEqualTo(403);
        assertThat(register(link).status()).isEqualTo(403);
        assertThat(register(Path.of("/etc/passwd")).status()).isEqualTo(403);
        assertThat(register(inside).text()).contains("location is '/etc'");
        assertThat(register(text).status()).isEqualTo(400);
        assertThat(register(text).text()).doesNotContain("secret");
        assertThat(server.get(CATALOG + "/namespaces/default/tables/registered").status())
                .isEqualTo(404);
    }

    private static Reply register(Path metadata) {
        return server.post(
                CATALOG + "/namespaces/default/register",
                "{\"name\": \"registered\", \"metadata-location\": \"" + metadata + "\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            namespaces/telemetry/tables         | {"name": "t", "schema": SCHEMA}
            namespaces/telemetry/tables/traces  | {"requirements": [], "updates": [{"action": "set-properties", "updates": {"a": "b"}}]}
            namespaces/telemetry/properties     | {"updates": {"a": "b"}}
            tables/rename                       | {"source": {"namespace": ["telemetry"], "name": "traces"}, "destination": {"namespace": ["default"], "name": "mine"}}
            tables/rename                       | {"source": {"namespace": ["default"], "name": "own"}, "destination": {"namespace": ["telemetry"], "name": "mine"}}
            namespaces/default/tables           | {"name": "t", "schema": SCHEMA, "location": "HOME/lake/warehouse/telemetry/traces"}
            """)
    void theServersOwnTablesAreNotWritten(String path, String body) {
        Reply reply = server.post(CATALOG + "/" + path, filled(body));

        assertThat(reply.status()).as(reply.text()).isEqualTo(403);
        assertThat(server.delete(CATALOG + "/namespaces/telemetry/tables/traces?purgeRequested=true")
                        .status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            ..
            a/b
            ../../x
            ""
            """)
    void namesBecomeNoPaths(String name) {
        String quoted = name.equals("\"\"") ? "" : name;
        Reply table = server.post(
                CATALOG + "/namespaces/default/tables", filled("{\"name\": \"" + quoted + "\", \"schema\": SCHEMA}"));
        Reply namespace = server.post(CATALOG + "/namespaces", "{\"namespace\": [\"" + quoted + "\"]}");

        assertThat(table.status()).as(table.text()).isEqualTo(400);
        assertThat(namespace.status()).as(namespace.text()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {
            {"updates": 5}
            {"requirements": [], "updates": [{"action": "unheard-of"}]}
            {"requirements": [{"type": "unheard-of"}], "updates": []}
            """)
    void saysThatABodyCantBeRead(String body) {
        Reply reply = server.send(server.request(CATALOG + "/namespaces/default/tables/own")
                .POST(BodyPublishers.ofString(body))
                .build());

        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    }

    private static String filled(String body) {
        return body.replace("SCHEMA", SCHEMA).replace("HOME", server.home().toString());
    }
}
