package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.SmallDisk;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The disk of uploads and sandboxes is full, at whatever step of a write: the server says so, and nothing is written. */
@Tag("server")
class FullDiskUploadTest {
    private static final String TABLE = "/api/v1/catalogs/oleander/namespaces/default/tables/numbers";
    private static final int ROWS = 20_000;
    private static final int PAGES = 400;

    @Test
    void aWriteThatDoesNotFitIsAFailureOfTheServer() throws Exception {
        Path home = TestServer.newHome();
        Path folder = TestServer.newHome().resolve("disk");
        Files.createSymbolicLink(home.resolve("jobs"), folder);
        try (SmallDisk disk = SmallDisk.mount(folder, "32m");
                TestServer server = TestServer.start(home, Map.of())) {
            fillUp(disk, server, () -> upload(server));
            fillUp(disk, server, () -> script(server));
        }
    }

    /** Writes again and again, with more and more space on the disk, until all fits. */
    private static void fillUp(SmallDisk disk, TestServer server, Supplier<Reply> write) throws Exception {
        long before = rows(server);
        int pages = 0;
        while (!fits(disk, pages, write)) {
            assertThat(rows(server)).isEqualTo(before);
            assertThat(pages).isLessThan(PAGES);
            pages += PAGES / 10;
        }
        assertThat(pages).isGreaterThan(PAGES / 10);
        assertThat(rows(server)).isEqualTo(before + ROWS);
    }

    private static boolean fits(SmallDisk disk, int pages, Supplier<Reply> write) throws Exception {
        disk.fill(pages);
        Reply reply = write.get();
        disk.free();
        if (reply.status() == 200) {
            return true;
        }
        assertThat(reply.json().path("code").asText()).as(reply.text()).isEqualTo("STORAGE_FULL");
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.error()).startsWith("A disk of the server is full: nothing was written.");
        return false;
    }

    private static long rows(TestServer server) {
        Reply reply = server.query("select count(*) as n from t", "t=default.numbers");
        return reply.status() == 400 ? 0 : reply.json().at("/results/rows/0/0").asLong();
    }

    private static Reply upload(TestServer server) {
        StringBuilder csv = new StringBuilder("a,b\n");
        for (long i = 0; i < ROWS; i++) {
            csv.append(i * 0x9E3779B97F4A7C15L)
                    .append(',')
                    .append(i * 0xC2B2AE3D27D4EB4FL)
                    .append('\n');
        }
        return server.send(server.request(TABLE)
                .header("Content-Type", "text/csv")
                .POST(BodyPublishers.ofString(csv.toString()))
                .build());
    }

    private static Reply script(TestServer server) {
        return server.script("""
                import random
                result = pl.DataFrame({'a': [random.getrandbits(62) for _ in range(%d)]}).with_columns(b=pl.col('a').hash().cast(pl.Int64, strict=False))
                """.formatted(ROWS), Map.of("destination", "default.numbers", "saveMode", "append"));
    }
}
