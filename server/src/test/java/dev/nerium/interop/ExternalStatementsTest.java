package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.S3Server;
import dev.nerium.Statements;
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
    private static Statements statements;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        Files.createDirectory(folder.resolve("warehouse"));
        rest = new IcebergRest(folder);
        store = S3Server.start();
        Path home = TestServer.newHome();
        String shared = "catalogs:\n  shared: {type: rest, uri: \"%s\", folders: [\"%s\"]}\n"
                .formatted(rest.uri(), folder.resolve("warehouse"));
        Files.writeString(home.resolve("nerium.yaml"), shared + store.catalog(home));
        server = TestServer.start(home, Map.of());
        statements = new Statements(server);
    }

    @AfterAll
    static void stop() {
        server.close();
        store.close();
        rest.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "s3"})
    void rowsChange(String catalog) {
        String table = catalog + ".rows.orders";
        statements.done("CREATE SCHEMA " + catalog + ".rows");
        statements.done(
                "CREATE TABLE " + table + " (id BIGINT NOT NULL, price DECIMAL(9, 2), day DATE) PARTITIONED BY (day)");
        statements.done("INSERT INTO " + table
                + " VALUES (1, 1.005, DATE '2026-01-31'), (2, 2, NULL), (3, NULL, DATE '2026-01-31')");
        statements.done("UPDATE " + table + " SET price = price * 1.1 WHERE id <= 2");
        statements.done("DELETE FROM " + table + " WHERE id = 3");
        statements.done(
                "MERGE INTO " + table
                        + " AS t USING (SELECT 2 AS id, 5 AS price UNION ALL SELECT 4, 6) AS s ON t.id = s.id"
                        + " WHEN MATCHED THEN UPDATE SET price = s.price WHEN NOT MATCHED THEN INSERT (id, price) VALUES (s.id, s.price)");

        assertThat(statements.rows("SELECT * FROM " + table + " ORDER BY id"))
                .isEqualTo("[[1,\"1.11\",\"2026-01-31\"],[2,\"5.00\",null],[4,\"6.00\",null]]");

        statements.done("CREATE BRANCH audit IN TABLE " + table);
        statements.done("INSERT INTO \"" + table + "@branch:audit\" VALUES (5, 5, NULL)");
        assertThat(statements.rows("SELECT count(*) FROM " + table)).isEqualTo("[[3]]");
        statements.done("FAST FORWARD BRANCH main IN TABLE " + table + " TO audit");
        assertThat(statements.rows("SELECT count(*) FROM " + table)).isEqualTo("[[4]]");
        statements.done("ALTER TABLE " + table + " CREATE TAG before");
        statements.done("TRUNCATE TABLE " + table);
        assertThat(statements.rows("SELECT count(*) FROM " + table)).isEqualTo("[[0]]");
        assertThat(statements.rows("SELECT count(*) FROM \"" + table + "@tag:before\""))
                .isEqualTo("[[4]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "s3"})
    void tablesAndSchemasChange(String catalog) {
        String table = catalog + ".ddl.orders";
        statements.done("CREATE SCHEMA " + catalog + ".ddl");
        statements.done("CREATE TABLE " + table + " (id BIGINT, price DECIMAL(9, 2)) COMMENT 'x'");
        statements.done("INSERT INTO " + table + " VALUES (1, 1)");
        statements.done("ALTER TABLE " + table + " ADD COLUMN state STRING COMMENT 'open or closed' FIRST");
        statements.done("ALTER TABLE " + table + " RENAME COLUMN id TO number");
        statements.done("ALTER TABLE " + table + " ALTER COLUMN price TYPE DECIMAL(12, 2)");
        statements.done("ALTER TABLE " + table + " ADD PARTITION FIELD bucket(4, number)");
        statements.done("ALTER TABLE " + table + " WRITE ORDERED BY number DESC");
        statements.done("ALTER TABLE " + table + " SET TBLPROPERTIES ('a' = 'b', 'format-version' = '3')");
        statements.done("ALTER TABLE " + table + " ALTER COLUMN state SET DEFAULT 'open'");
        statements.done("INSERT INTO " + table + " (number) VALUES (2)");
        assertThat(statements.rows("SELECT * FROM " + table + " ORDER BY number"))
                .isEqualTo("[[null,1,\"1.00\"],[\"open\",2,null]]");
        assertThat(statements.rows("SHOW CREATE TABLE " + table))
                .contains("PARTITIONED BY (bucket(4, number))", "SORTED BY (number DESC NULLS LAST)", "'a' = 'b'");

        statements.done("CREATE TABLE " + catalog + ".ddl.copy PARTITIONED BY (state) AS SELECT * FROM " + table);
        statements.done("CREATE OR REPLACE TABLE " + catalog + ".ddl.copy AS SELECT number, state FROM " + table);
        assertThat(statements.rows("SELECT sum(number) FROM " + catalog + ".ddl.copy"))
                .isEqualTo("[[3]]");
        statements.done("CREATE OR REPLACE TABLE " + catalog + ".ddl.copy (n INT)");
        statements.done("ALTER TABLE " + catalog + ".ddl.copy RENAME TO renamed");
        assertThat(statements.rows("SHOW TABLES IN " + catalog + ".ddl"))
                .isEqualTo("[[\"ddl\",\"orders\"],[\"ddl\",\"renamed\"]]");

        statements.done("CREATE VIEW " + catalog + ".ddl.recent AS SELECT number FROM " + table);
        statements.done("ALTER VIEW " + catalog + ".ddl.recent AS SELECT number + 1 AS number FROM " + table);
        assertThat(statements.rows("SELECT sum(number) FROM " + catalog + ".ddl.recent"))
                .isEqualTo("[[5]]");

        statements.done("DROP SCHEMA " + catalog + ".ddl CASCADE");
        assertThat(statements.rows("SHOW SCHEMAS IN " + catalog)).doesNotContain("ddl");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "s3"})
    void filesOfADroppedTableAreDeletedWhereTheCatalogDoesThat(String catalog) {
        statements.done("CREATE SCHEMA " + catalog + ".purged");
        statements.done("CREATE TABLE " + catalog + ".purged.t (n INT)");

        Reply purged = server.statement("DROP TABLE " + catalog + ".purged.t PURGE");

        if (catalog.equals("shared")) {
            assertThat(purged.status()).as(purged.text()).isEqualTo(200);
        } else {
            assertThat(purged.status()).isEqualTo(400);
            assertThat(purged.error()).contains("PURGE");
            statements.done("DROP TABLE " + catalog + ".purged.t");
        }
    }
}
