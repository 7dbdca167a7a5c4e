package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.S3Server;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A REST catalog with tables in S3 that gives the key along with a table; Nerium's configuration has none. */
@Tag("interop")
@Tag("spark") // for its Java
class VendedKeysTest {
    private static final List<IcebergRest> CATALOGS = new ArrayList<>();
    private static S3Server store;
    private static TestServer server;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        store = S3Server.start();
        StringBuilder settings = new StringBuilder("catalogs:\n");
        for (String kind : List.of("config", "credentials", "nothing")) {
            String warehouse = "s3://lake/" + kind;
            IcebergRest catalog = new IcebergRest(
                    Files.createDirectory(folder.resolve(kind)),
                    warehouse,
                    store.url().toString(),
                    S3Server.KEY,
                    S3Server.SECRET,
                    kind);
            CATALOGS.add(catalog);
            settings.append("  %s: {type: rest, uri: '%s', folders: ['%s'], properties: {client.region: us-east-1}}%n"
                    .formatted(kind, catalog.uri(), warehouse));
        }
        Path home = TestServer.newHome();
        Files.writeString(home.resolve("nerium.yaml"), settings);
        server = TestServer.start(home, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
        CATALOGS.forEach(IcebergRest::close);
        store.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"config", "credentials"})
    void aVendedKeyOpensTheTable(String catalog) {
        for (int n = 1; n <= 3; n++) {
            Reply written = append(catalog);
            assertThat(written.status()).as(written.text()).isEqualTo(200);
            Reply read = server.query("SELECT count(*) AS c, sum(n) AS s FROM t", "t=" + catalog + ".a.t");
            assertThat(read.rows()).as(read.text()).isEqualTo("[[" + n + "," + n + "]]");
        }
        assertThat(store.objects(catalog + "/a/t/data")).hasSize(3);
    }

    @Test
    void withoutAKeyThereIsNone() {
        Reply written = append("nothing");

        assertThat(written.status()).as(written.text()).isEqualTo(500);
        assertThat(written.json().path("code").asText()).isEqualTo("STORAGE_ERROR");
        assertThat(written.error()).endsWith("the server has no key for the store.");
        assertThat(store.objects("nothing/a/t/data")).isEmpty();
    }

    private static Reply append(String catalog) {
        return server.write("{'n': [1]}", Map.of("destination", catalog + ".a.t", "saveMode", "append"));
    }
}
