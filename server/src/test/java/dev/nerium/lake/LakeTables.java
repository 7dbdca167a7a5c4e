package dev.nerium.lake;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** The tables of a test's server, made by its clients and looked at past it. */
public record LakeTables(TestServer server) {

    /** Appends each value of column {@code x} by a commit of its own, so that each is a file. */
    void fill(String table, int... values) {
        for (int value : values) {
            // A query, since a script takes a process of its own.
            Reply reply = server.post("/api/v1/warehouse/polars", """
                    {"mode": "query", "query": "SELECT CAST(%d AS BIGINT) AS x, 'row %d' AS name",
                     "destination": "default.%s", "saveMode": "append"}
                    """.formatted(value, value, table));
            if (reply.status() != 200) {
                throw new AssertionError(reply.text());
            }
        }
    }

    /** Posts a maintenance action, its body written with single quotes for double ones. */
    public Reply act(String table, String action, String body) {
        return server.post(
                "/api/v2/catalogs/oleander/namespaces/default/tables/" + table + "/" + action, body.replace('\'', '"'));
    }

    /** The rows as JSON text, by the order of {@code x}. */
    String rows(String table) {
        Reply reply = server.query("SELECT x FROM t ORDER BY x", "t=default." + table);
        if (reply.status() != 200) {
            throw new AssertionError(reply.text());
        }
        return reply.rows();
    }

    /** Looks at a table, or changes it, as another program would. */
    <T> T with(String table, Function<Table, T> look) {
        try (JdbcCatalog catalog = EmbeddedCatalog.open("oleander", server.home(), new LocalFileIO())) {
            return look.apply(catalog.loadTable(TableIdentifier.of("default", table)));
        }
    }

    boolean exists(String table) {
        try (JdbcCatalog catalog = EmbeddedCatalog.open("oleander", server.home(), new LocalFileIO())) {
            return catalog.tableExists(TableIdentifier.of("default", table));
        }
    }

    long snapshots(String table) {
        return with(table, loaded -> {
            long count = 0;
            for (var _ : loaded.snapshots()) {
                count++;
            }
            return count;
        });
    }

    long currentSnapshot(String table) {
        return with(table, loaded -> loaded.currentSnapshot().snapshotId());
    }

    /** How many data files the current snapshot has. */
    long files(String table) {
        return with(
                table,
                loaded -> Long.parseLong(loaded.currentSnapshot().summary().getOrDefault("total-data-files", "-1")));
    }

    /** Changes with every commit. */
    String metadataFile(String table) {
        return with(
                table,
                loaded -> ((org.apache.iceberg.HasTableOperations) loaded)
                        .operations()
                        .current()
                        .metadataFileLocation());
    }

    Path folder(String table) {
        return with(table, loaded -> LocalFileIO.path(loaded.location()));
    }
}
