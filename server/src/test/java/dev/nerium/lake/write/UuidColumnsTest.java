package dev.nerium.lake.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.lake.IcebergTables;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns of the type uuid: canonical text for people, 16 bytes with the annotation of UUIDs in files. */
@Tag("server")
class UuidColumnsTest {
    private static final String LOW = "00000000-0000-0000-0000-000000000001";
    private static final String MIDDLE = "550e8400-e29b-41d4-a716-446655440000";
    private static final String HIGH = "f79c3e09-677c-4bbd-a479-3f349cb785e7";
    private static final Schema SCHEMA = new Schema(
            NestedField.optional(1, "u", Types.UUIDType.get()), NestedField.optional(2, "n", Types.LongType.get()));

    private static TestServer server;
    private static IcebergTables lake;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        lake = new IcebergTables(server);
        create("refusing");
    }

    @AfterAll
    static void stop() {
        lake.close();
        server.close();
    }

    @Test
    void textOfEitherCaseIsWrittenAsTheUuidThatIcebergReads() {
        create("texts");

        Reply reply = append(
                "texts", "['%s', '%s', None, '%s']".formatted(LOW, HIGH.toUpperCase(java.util.Locale.ROOT), MIDDLE));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.rows()).isEqualTo("[[\"%s\",0],[\"%s\",1],[null,2],[\"%s\",3]]".formatted(LOW, HIGH, MIDDLE));
        Table table = lake.load("texts");
        DataFile file = IcebergTables.files(table).getFirst();
        assertThat(IcebergTables.rows(table, file).stream().map(List::getFirst))
                .containsExactly(UUID.fromString(LOW), UUID.fromString(HIGH), null, UUID.fromString(MIDDLE));
        // Others compare such bounds as signed numbers, and would skip the file.
        assertThat(file.lowerBounds()).containsOnlyKeys(2);
        assertThat(file.nullValueCounts()).containsEntry(1, 1L);
        assertThat(server.query("SELECT n FROM t WHERE u >= '%s' ORDER BY n".formatted(MIDDLE), "t=default.texts")
                        .rows())
                .isEqualTo("[[1],[3]]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "550e8400e29b41d4a716446655440000",
                "550e8400-e29b-41d4-a716-44665544000g",
                "550e8400-e29b-41d4-a716-446655440000\\n",
                ""
            })
    void aTextThatIsNoUuidIsNamedWithItsRow(String text) {
        Reply reply = append("refusing", "['%s', '%s']".formatted(LOW, text));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error())
                .isEqualTo(
                        "Row 2 of the result has the value '%s' in the column 'u', which is uuid in the table, such as %s."
                                .formatted(text, MIDDLE));
        assertThat(lake.load("refusing").currentSnapshot()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"identity", "'bucket[4]'"})
    void anOverwriteAMergeAndACompactionKeepTheType(String transform) {
        String name = transform.replaceAll("\\W", "");
        lake.create(name, SCHEMA, IcebergTables.partitionedBy(SCHEMA, transform, 1));
        for (String uuid : List.of(LOW, MIDDLE, HIGH, HIGH, LOW)) {
            assertSaved(append(name, "['%s']".formatted(uuid)));
        }
        assertSaved(query(name, "SELECT u, SUM(n) + 10 AS n FROM t GROUP BY u", "overwrite"));
        assertSaved(append(name, "['%s']".formatted(LOW)));

        Reply merged = server.script(
                "result = pl.DataFrame({'u': ['%s', '%s'], 'n': [7, 8]})"
                        .formatted(HIGH.toUpperCase(java.util.Locale.ROOT), "11111111-1111-1111-1111-111111111111"),
                Map.of("destination", "default." + name, "saveMode", "merge", "mergeKeys", List.of("u")));
        assertThat(merged.json().at("/saved/rows_updated").asInt())
                .as(merged.text())
                .isEqualTo(1);
        Reply compacted = server.post(
                "/api/v2/catalogs/oleander/namespaces/default/tables/" + name + "/compact", "{\"all\": true}");

        assertThat(compacted.status()).as(compacted.text()).isEqualTo(200);
        Table table = lake.load(name);
        assertThat(table.schema().findField(1).type()).isEqualTo(Types.UUIDType.get());
        assertThat(server.query("SELECT * FROM t ORDER BY u, n", "t=default." + name)
                        .rows())
                .isEqualTo(
                        "[[\"%s\",0],[\"%s\",10],[\"11111111-1111-1111-1111-111111111111\",8],[\"%s\",10],[\"%s\",7]]"
                                .formatted(LOW, LOW, MIDDLE, HIGH));
        assertThat(IcebergTables.files(table).stream()
                        .flatMap(file -> IcebergTables.rows(table, file).stream())
                        .map(List::getFirst))
                .allMatch(UUID.class::isInstance)
                .hasSize(5);
    }

    @Test
    void theRouteThatPlansScansLeavesOutNoFile() {
        lake.create("planned", SCHEMA, IcebergTables.partitionedBy(SCHEMA, "identity", 1));
        assertSaved(append("planned", "['%s', '%s', '%s']".formatted(LOW, MIDDLE, HIGH)));
        String filter = "{\"type\":\"gt-eq\",\"term\":\"u\",\"value\":\"%s\"}".formatted(MIDDLE);

        Reply plan = server.post(
                "/iceberg/v1/oleander/namespaces/default/tables/planned/plan",
                "{\"filter\": {\"type\": \"and\", \"left\": %s, \"right\": {\"type\": \"lt\", \"term\": \"n\", \"value\": 9}}}"
                        .formatted(filter));

        assertThat(plan.json().path("file-scan-tasks")).as(plan.text()).hasSize(3);
        assertThat(plan.json().path("file-scan-tasks"))
                .allSatisfy(task ->
                        assertThat(task.path("residual-filter").toString()).contains(filter, "\"term\":\"n\""));
    }

    @Test
    void anUploadIsReadAsUuids() {
        create("loaded");

        assertSaved(upload("loaded", "text/csv", "n,u\n1," + HIGH + "\n2,\n"));
        assertSaved(
                upload("loaded", "application/x-ndjson", "{\"u\":\"" + LOW + "\",\"n\":3}\n{\"u\":null,\"n\":4}\n"));
        Reply refused = upload("loaded", "text/csv", "n,u\n1," + HIGH + "\n2,007\n");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error())
                .isEqualTo("Row 2 has the value '007' in the column 'u', which is uuid in the table, such as " + MIDDLE
                        + ".");
        assertThat(server.query("SELECT u, n FROM t ORDER BY n", "t=default.loaded")
                        .rows())
                .isEqualTo("[[\"%s\",1],[null,2],[\"%s\",3],[null,4]]".formatted(HIGH, LOW));
    }

    @Test
    void bytesAreTakenWhereThereAreSixteen() {
        create("bytes");

        assertSaved(append("bytes", "[bytes(16), None, bytes([255]) * 16]"));
        Reply refused = append("bytes", "[bytes(16), bytes(15)]");

        assertThat(refused.error())
                .startsWith("Row 2 of the result has the value b'")
                .endsWith("in the column 'u', which is uuid in the table: 16 bytes, and it has 15.");
        assertThat(server.query("SELECT u FROM t", "t=default.bytes").rows())
                .isEqualTo("[[\"00000000-0000-0000-0000-000000000000\"],[null],"
                        + "[\"ffffffff-ffff-ffff-ffff-ffffffffffff\"]]");
    }

    private static void create(String name) {
        lake.create(name, SCHEMA, PartitionSpec.unpartitioned());
    }

    private static Reply append(String table, String uuids) {
        return server.script(
                "u = %s\nresult = pl.DataFrame({'u': u, 'n': range(len(u))}, schema_overrides={'n': pl.Int64})"
                        .formatted(uuids),
                Map.of("destination", "default." + table, "saveMode", "append"));
    }

    private static Reply query(String table, String sql, String mode) {
        return server.run("""
                {'mode': 'query', 'query': '%s', 'tables': ['t=default.%s'], 'destination': 'default.%s', 'saveMode': '%s'}
                """.formatted(sql, table, table, mode));
    }

    private static Reply upload(String table, String type, String body) {
        return server.send(server.request("/api/v1/catalogs/oleander/namespaces/default/tables/" + table)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static void assertSaved(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }
}
