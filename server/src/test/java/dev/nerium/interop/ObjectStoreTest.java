package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.S3Gate;
import dev.nerium.S3Server;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tables whose files are in S3, by a real server of that protocol. */
@Timeout(300)
class ObjectStoreTest {
    private static S3Server store;
    private static S3Gate gate;
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        store = S3Server.start();
        gate = new S3Gate(store.url());
        Path home = TestServer.newHome();
        Files.writeString(home.resolve("keys"), S3Server.keys());
        Files.writeString(home.resolve("nerium.yaml"), """
                catalogs:
                  s3:
                    type: jdbc
                    uri: "jdbc:sqlite:%s/s3.db"
                    warehouse: s3://lake/warehouse
                    storage-file: keys
                    properties: %s
                """.formatted(home, S3Server.properties(gate.url())));
        server = TestServer.start(home, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
        gate.close();
        store.close();
    }

    @Test
    void writesAndReads() {
        Reply written = server.script(
                "result = pl.DataFrame({'n': range(1000)})",
                Map.of("destination", "s3.first.t", "saveMode", "overwrite"));
        assertThat(written.status()).as(written.text()).isEqualTo(200);

        Reply read = server.query("SELECT count(*) AS c, sum(n) AS s FROM t", "t=s3.first.t");

        assertThat(read.rows()).as(read.text()).isEqualTo("[[1000,499500]]");
    }
}
