package dev.nerium.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import dev.nerium.lake.IcebergTables;
import dev.nerium.lake.LakeTables;
import dev.nerium.lake.TestLake;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that a table's property can't have: told to whoever sets them, and never a failure of the server. */
@Tag("server")
class PropertyValuesTest {
    private static final String TABLES = "/iceberg/v1/oleander/namespaces/default/tables";
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        server.script("result = pl.DataFrame({'x': [1]})", Map.of("destination", "default.plain"));
        server.useKey("writer", Scope.WRITE);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        write.target-file-size-bytes                         | 1            | a whole number of at least 1024
        write.target-file-size-bytes                         | -1           | a whole number of at least 1024
        write.target-file-size-bytes                         | lots         | a whole number of at least 1024
        write.target-file-size-bytes                         | 1e9          | a whole number of at least 1024
        write.delete.target-file-size-bytes                  | 0            | a whole number of at least 1024
        write.parquet.row-group-size-bytes                   | -1           | a whole number of at least 1
        write.parquet.row-group-size-bytes                   | 4294967296   | a whole number of at least 1
        write.delete.parquet.row-group-size-bytes            | x            | a whole number of at least 1
        write.parquet.page-size-bytes                        | 0            | a whole number of at least 1
        write.parquet.page-row-limit                         | none         | a whole number of at least 1
        write.parquet.page-version                           | v3           | one of v1, v2
        write.parquet.compression-codec                      | zip          | one of zstd, snappy, gzip, lz4, lz4_raw, brotli, lzo, uncompressed
        write.parquet.compression-level                      | 99           | a whole number from -7 to 22
        write.avro.compression-codec                         | zlib         | one of gzip, zstd, snappy, uncompressed
        write.manifest.compression-codec                     | best         | one of gzip, zstd, snappy, uncompressed
        write.orc.compression-strategy                       | fast         | one of speed, compression
        write.metadata.compression-codec                     | zstd         | one of none, gzip
        write.metadata.previous-versions-max                 | -1           | a whole number of at least 0
        write.metadata.delete-after-commit.enabled           | perhaps      | one of true, false
        write.metadata.metrics.default                       | xyz          | none, counts, full or truncate(length), such as truncate(16)
        write.metadata.metrics.default                       | truncate(0)  | none, counts, full or truncate(length), such as truncate(16)
        write.metadata.metrics.column.x                      | most         | none, counts, full or truncate(length), such as truncate(16)
        write.metadata.metrics.max-inferred-column-defaults  | -1           | a whole number of at least 0
        write.parquet.bloom-filter-fpp.column.x              | 2            | a number between 0 and 1
        write.parquet.bloom-filter-enabled.column.x          | 1            | one of true, false
        write.format.default                                 | csv          | one of parquet, avro, orc
        write.distribution-mode                              | any          | one of none, hash, range
        write.merge.mode                                     | append       | one of copy-on-write, merge-on-read
        write.update.isolation-level                         | none         | one of serializable, snapshot
        commit.retry.num-retries                             | -1           | a whole number of at least 0
        commit.retry.total-timeout-ms                        | 1h           | a whole number of at least 0
        commit.manifest.target-size-bytes                    | 0            | a whole number of at least 1
        history.expire.min-snapshots-to-keep                 | 0            | a whole number of at least 1
        history.expire.max-snapshot-age-ms                   | 5d           | a whole number of at least 0
        read.split.target-size                               | -1           | a whole number of at least 1
        format-version                                       | 4            | a whole number from 1 to 3
        """)
    void areRefused(String property, String value, String expected) {
        String known = "The property %s = '%s': expected %s.".formatted(property, value, expected);

        Reply created = server.post(TABLES, """
            {"name": "made", "properties": {"%s": "%s"}, "schema": {"type": "struct", "schema-id": 0,
             "fields": [{"id": 1, "name": "x", "required": false, "type": "long"}]}}
            """.formatted(property, value));
        Reply changed = server.post(TABLES + "/plain", """
            {"requirements": [], "updates": [{"action": "set-properties", "updates": {"%s": "%s"}}]}
            """.formatted(property, value));

        assertThat(created.status()).as(created.text()).isEqualTo(400);
        assertThat(created.json().at("/error/message").asText()).isEqualTo(known);
        assertThat(changed.status()).as(changed.text()).isEqualTo(400);
        assertThat(changed.json().at("/error/message").asText()).isEqualTo(known);
    }

    @Test
    void areToldOfATableOfAnotherProgram() {
        try (IcebergTables tables = new IcebergTables(server)) {
            tables.create(
                    "mistuned",
                    TestLake.SCHEMA,
                    PartitionSpec.unpartitioned(),
                    SortOrder.unsorted(),
                    Map.of("write.target-file-size-bytes", "1"));
        }
        String known = "has the property write.target-file-size-bytes = '1': expected a whole number of at least 1024.";

        Reply written = server.script(
                "result = pl.DataFrame({'x': [1]})", Map.of("destination", "default.mistuned", "saveMode", "append"));
        Reply compacted = new LakeTables(server).act("mistuned", "compact", "{}");
        Reply expired = new LakeTables(server).act("mistuned", "expire", "{}");

        for (Reply reply : new Reply[] {written, compacted, expired}) {
            assertThat(reply.status()).as(reply.text()).isEqualTo(400);
            assertThat(reply.error()).endsWith(known);
        }
    }
}
