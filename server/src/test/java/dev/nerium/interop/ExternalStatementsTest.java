package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.S3Server;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements on tables of a REST catalog of others, and on tables in an object store. */
@Tag("interop")
@Tag("spark") // for its Java
class ExternalStatementsTest {
    private static IcebergRest rest;
    private static S3Server store;
    private static TestServer server;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        Files.createDirectory(folder.resolve("warehouse"));
        rest = new IcebergRest(folder);
        store = S3Server.start();
        Path home = TestServer.newHome();
        Files.writeString(home.resolve("keys"), S3Server.keys());
        Files.writeString(home.resolve("nerium.yaml"), """
                catalogs:
                  shared: {type: rest, uri: "%s", folders: ["%s"]}
                  s3:
                    type: jdbc
                    uri: "jdbc:sqlite:%s/s3.db"
                    warehouse: s3://lake/warehouse
                    storage-file: keys
                    properties: %s
                """.formatted(
                        rest.uri(), folder.resolve("warehouse"), home, S3Server.properties(store.url())));
        server = TestServer.start(home, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
        store.close();
        rest.close();
    }

    private static Reply done(String sql) {
        Reply reply = server.statement(sql);
        assertThat(reply.status()).as(sql + "\n" + reply.text()).isEqualTo(200);
        return reply;
    }

    private static String rows(String sql) {
        return done(sql).json().at("/results/rows").toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "s3"})
    void rowsChange(String catalog) {
        String table = catalog + ".rows.orders";
        done("CREATE SCHEMA " + catalog + ".rows");
        done("CREATE TABLE " + table + " (id BIGINT NOT NULL, price DECIMAL(9, 2), day DATE) PARTITIONED BY (day)");
        done("INSERT INTO " + table
                + " VALUES (1, 1.005, DATE '2026-01-31'), (2, 2, NULL), (3, NULL, DATE '2026-01-31')");
        done("UPDATE " + table + " SET price = price * 1.1 WHERE id <= 2");
        done("DELETE FROM " + table + " WHERE id = 3");
        done(
                "MERGE INTO " + table
                        + " AS t USING (SELECT 2 AS id, 5 AS price UNION ALL SELECT 4, 6) AS s ON t.id = s.id"
                        + " WHEN MATCHED THEN UPDATE SET price = s.price WHEN NOT MATCHED THEN INSERT (id, price) VALUES (s.id, s.price)");

        assertThat(rows("SELECT * FROM " + table + " ORDER BY id"))
                .isEqualTo("[[1,\"1.11\",\"2026-01-31\"],[2,\"5.00\",null],[4,\"6.00\",null]]");

        done("CREATE BRANCH audit IN TABLE " + table);
        done("INSERT INTO \"" + table + "@branch:audit\" VALUES (5, 5, NULL)");
        assertThat(rows("SELECT count(*) FROM " + table)).isEqualTo("[[3]]");
        done("FAST FORWARD BRANCH main IN TABLE " + table + " TO audit");
        assertThat(rows("SELECT count(*) FROM " + table)).isEqualTo("[[4]]");
        done("ALTER TABLE " + table + " CREATE TAG before");
        done("TRUNCATE TABLE " + table);
        assertThat(rows("SELECT count(*) FROM " + table)).isEqualTo("[[0]]");
        assertThat(rows("SELECT count(*) FROM \"" + table + "@tag:before\"")).isEqualTo("[[4]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "s3"})
    void tablesAndSchemasChange(String catalog) {
        String table = catalog + ".ddl.orders";
        done("CREATE SCHEMA " + catalog + ".ddl");
        done("CREATE TABLE " + table + " (id BIGINT, price DECIMAL(9, 2)) COMMENT 'x'");
        done("INSERT INTO " + table + " VALUES (1, 1)");
        done("ALTER TABLE " + table + " ADD COLUMN state STRING COMMENT 'open or closed' FIRST");
        done("ALTER TABLE " + table + " RENAME COLUMN id TO number");
        done("ALTER TABLE " + table + " ALTER COLUMN price TYPE DECIMAL(12, 2)");
        done("ALTER TABLE " + table + " ADD PARTITION FIELD bucket(4, number)");
        done("ALTER TABLE " + table + " WRITE ORDERED BY number DESC");
        done("ALTER TABLE " + table + " SET TBLPROPERTIES ('a' = 'b', 'format-version' = '3')");
        done("ALTER TABLE " + table + " ALTER COLUMN state SET DEFAULT 'open'");
        done("INSERT INTO " + table + " (number) VALUES (2)");
        assertThat(rows("SELECT * FROM " + table + " ORDER BY number"))
                .isEqualTo("[[null,1,\"1.00\"],[\"open\",2,null]]");
        assertThat(rows("SHOW CREATE TABLE " + table))
                .contains("PARTITIONED BY (bucket(4, number))", "SORTED BY (number DESC NULLS LAST)", "'a' = 'b'");

        done("CREATE TABLE " + catalog + ".ddl.copy PARTITIONED BY (state) AS SELECT * FROM " + table);
        done("CREATE OR REPLACE TABLE " + catalog + ".ddl.copy AS SELECT number, state FROM " + table);
        assertThat(rows("SELECT sum(number) FROM " + catalog + ".ddl.copy")).isEqualTo("[[3]]");
        done("CREATE OR REPLACE TABLE " + catalog + ".ddl.copy (n INT)");
        done("ALTER TABLE " + catalog + ".ddl.copy RENAME TO renamed");
        assertThat(rows("SHOW TABLES IN " + catalog + ".ddl"))
                .isEqualTo("[[\"ddl\",\"orders\"],[\"ddl\",\"renamed\"]]");

        done("CREATE VIEW " + catalog + ".ddl.recent AS SELECT number FROM " + table);
        done("ALTER VIEW " + catalog + ".ddl.recent AS SELECT number + 1 AS number FROM " + table);
        assertThat(rows("SELECT sum(number) FROM " + catalog + ".ddl.recent")).isEqualTo("[[5]]");

        done("DROP SCHEMA " + catalog + ".ddl CASCADE");
        assertThat(rows("SHOW SCHEMAS IN " + catalog)).doesNotContain("ddl");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "s3"})
    void filesOfADroppedTableAreDeletedWhereTheCatalogDoesThat(String catalog) {
        done("CREATE SCHEMA " + catalog + ".purged");
        done("CREATE TABLE " + catalog + ".purged.t (n INT)");

        Reply purged = server.statement("DROP TABLE " + catalog + ".purged.t PURGE");

        if (catalog.equals("shared")) {
            assertThat(purged.status()).as(purged.text()).isEqualTo(200);
        } else {
            assertThat(purged.status()).isEqualTo(400);
            assertThat(purged.error()).contains("PURGE");
            done("DROP TABLE " + catalog + ".purged.t");
        }
    }
}
