package dev.nerium.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.SmallDisk;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The database of runs and keys is locked, full or gone: that is told, nothing is lost, and afterwards all works again. */
@Tag("server")
@Timeout(180)
class StateTroubleTest {
    @Test
    void aShortLockIsWaitedFor() throws Exception {
        try (TestServer server = TestServer.start()) {
            CompletableFuture<Reply> reply;
            try (Lock _ = Lock.of(server.home())) {
                reply = CompletableFuture.supplyAsync(() -> ask(server));
                Thread.sleep(1000);
                assertThat(reply).isNotDone();
            }

            assertThat(reply.join().status()).isEqualTo(200);
        }
    }

    @Test
    void aLongLockIsToldAndNothingIsRun() throws Exception {
        try (TestServer server = TestServer.start()) {
            try (Lock _ = Lock.of(server.home())) {
                Reply reply =
                        server.script("result = scan('default.flowers')", Map.of("destination", "default.locked"));

                assertThat(reply.status()).isEqualTo(503);
                assertThat(reply.json().path("code").asText()).isEqualTo("STATE_STORE_UNAVAILABLE");
                assertThat(reply.response().headers().firstValue("Retry-After")).isPresent();
            }
            assertThat(server.get("/api/v2/runs?mode=script").json().path("runs"))
                    .isEmpty();
            assertThat(server.query("select * from t", "t=default.locked").status())
                    .isEqualTo(400);
            assertThat(ask(server).status()).isEqualTo(200);
        }
    }

    @Test
    void theEndOfARunThatCannotBeRecordedIsRecordedLater() throws Exception {
        UUID id = new RunIds(Clock.systemUTC()).next();
        try (TestServer server = TestServer.start(Map.of("telemetry.audit", "false"))) {
            CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(() -> server.script(
                    "import time\ntime.sleep(2)\nresult = scan('default.flowers')",
                    Map.of("destination", "default.late"),
                    id));
            await().until(() -> state(server, id).equals("RUNNING"));
            try (Lock _ = Lock.of(server.home())) {
                assertThat(reply.join().status()).as(reply.join().text()).isEqualTo(200);
                assertThat(state(server, id)).isEqualTo("RUNNING");
            }

            await().until(() -> state(server, id).equals("COMPLETE"));
            assertThat(server.get("/api/v2/runs/" + id).json().path("row_count").asInt())
                    .isEqualTo(150);
            assertThat(server.query("select count(*) as n from t", "t=default.late")
                            .rows())
                    .isEqualTo("[[150]]");
        }
    }

    @Test
    void aTableIsNotWrittenWithoutItsAuditRow() throws Exception {
        UUID id = new RunIds(Clock.systemUTC()).next();
        try (TestServer server = TestServer.start()) {
            CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(() -> server.script(
                    "import time\ntime.sleep(2)\nresult = scan('default.flowers')",
                    Map.of("destination", "default.late"),
                    id));
            await().until(() -> state(server, id).equals("RUNNING"));
            try (Lock _ = Lock.of(server.home())) {
                assertThat(reply.join().status()).as(reply.join().text()).isEqualTo(503);
                assertThat(reply.join().json().path("code").asText()).isEqualTo("STATE_STORE_UNAVAILABLE");
            }

            await().until(() -> state(server, id).equals("FAIL"));
            assertThat(server.query("select count(*) as n from t", "t=default.late")
                            .status())
                    .isEqualTo(400);
        }
    }

    @Test
    void aFullDiskIsToldAndAfterwardsAllWorks() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(TestServer.newHome(), "64m");
                TestServer server = TestServer.start(disk.folder().resolve("home"), Map.of())) {
            assertThat(ask(server).status()).isEqualTo(200);
            for (int pages : new int[] {0, 1, 4, 16}) {
                disk.fill(pages);
                Reply reply = server.script(
                        "result = scan('default.flowers')", Map.of("destination", "default.full" + pages));
                disk.free();

                boolean written = server.query("select * from t", "t=default.full" + pages)
                                .status()
                        == 200;
                assertThat(reply.status() == 200)
                        .as("with %d pages left: %s", pages, reply.text())
                        .isEqualTo(written);
            }
            assertThat(ask(server).status()).isEqualTo(200);
            await().untilAsserted(() -> assertThat(
                            server.get("/api/v2/runs?state=RUNNING").json().path("runs"))
                    .isEmpty());
        }
    }

    @Test
    void aServerThatCannotWriteIsNotReady() throws Exception {
        try (TestServer server = TestServer.start()) {
            assertThat(server.get("/ready").status()).isEqualTo(200);
            try (Lock _ = Lock.of(server.home())) {
                assertUnready(server, "does not respond in time", "is not available");
            }

            assertThat(server.get("/ready").status()).isEqualTo(200);
        }
    }

    @Test
    void aServerOnAFullDiskIsNotReady() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(TestServer.newHome(), "64m");
                TestServer server = TestServer.start(disk.folder().resolve("home"), Map.of())) {
            assertThat(server.get("/ready").status()).isEqualTo(200);
            disk.fill(4);

            assertUnready(server, "its disk is full");
            disk.free();
            assertThat(server.get("/ready").status()).isEqualTo(200);
        }
    }

    @Test
    void aDatabaseThatIsDeletedIsNoticedAtOnceAndTakesNoMoreWork() throws Exception {
        try (TestServer server = TestServer.start()) {
            Path database = server.home().resolve("state.db");
            Path aside = server.home().resolve("aside.db");
            assertThat(ask(server).status()).isEqualTo(200);
            Files.move(database, aside);

            for (Reply reply : List.of(
                    ask(server),
                    server.get("/api/v2/runs"),
                    server.get("/api/v2/runs/01890000-0000-7000-8000-0000000000aa"),
                    server.delete("/api/v2/runs/01890000-0000-7000-8000-0000000000aa"))) {
                assertThat(reply.status()).isEqualTo(503);
                assertThat(reply.error()).contains("state.db) was deleted or replaced", "restore the file");
            }
            assertUnready(server, "was deleted or replaced");
            Files.createFile(database);
            assertUnready(server, "was deleted or replaced");
            Files.move(aside, database, StandardCopyOption.REPLACE_EXISTING);
            assertThat(ask(server).status()).isEqualTo(200);
            assertThat(server.get("/ready").status()).isEqualTo(200);
        }
    }

    @Test
    void aDatabaseThatIsGoneIsToldAndComesBack(@TempDir Path data) throws Exception {
        EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setDataDirectory(data.resolve("pg"))
                .setCleanDataDirectory(false)
                .start();
        int port = postgres.getPort();
        try (TestServer server = TestServer.start(
                Map.of("store.url", postgres.getJdbcUrl("postgres", "postgres"), "store.user", "postgres"))) {
            assertThat(ask(server).status()).isEqualTo(200);
            postgres.close();

            Reply reply = ask(server);
            Reply ready = server.get("/ready");

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.text()).doesNotContain(Integer.toString(port));
            assertThat(ready.status()).isEqualTo(503);
            postgres = EmbeddedPostgres.builder()
                    .setPort(port)
                    .setDataDirectory(data.resolve("pg"))
                    .setCleanDataDirectory(false)
                    .start();
            await().until(() -> ask(server).status() == 200);
            assertThat(server.get("/ready").status()).isEqualTo(200);
        } finally {
            postgres.close();
        }
    }

    @Test
    void tenThousandRunsAreListedAndFilteredPageByPage() throws Exception {
        try (TestServer server = TestServer.start()) {
            String id = ask(server).json().path("run_id").asText();
            try (Connection connection = connect(server.home());
                    Statement statement = connection.createStatement()) {
                statement.execute("""
                        insert into run (id, mode, state, principal, code, params, provider, vcpus, queued_at, accepted_at, row_count)
                        with recursive n(value) as (select 1 union all select value + 1 from n where value < 10000)
                        select '01890000-' || printf('%%04x', n.value) || '-7000-8000-000000000000', mode, state,
                          principal, code, params, provider, vcpus, queued_at + n.value, accepted_at + 1000 * n.value, n.value
                        from run, n where id = '%s'
                        """.formatted(id));
            }

            var newest = server.get("/api/v2/runs?limit=3").json();
            var failed = server.get("/api/v2/runs?state=FAIL").json();

            assertThat(newest.path("runs").findValuesAsText("row_count")).containsExactly("10000", "9999", "9998");
            assertThat(newest.path("next").asText()).isNotEmpty();
            assertThat(failed.path("runs")).isEmpty();
        }
    }

    private static void assertUnready(TestServer server, String... anyOf) {
        Reply ready = server.get("/ready");
        assertThat(ready.status()).as(ready.text()).isEqualTo(503);
        assertThat(List.of(anyOf)).as(ready.error()).anyMatch(ready.error()::contains);
    }

    private static Reply ask(TestServer server) {
        return server.query("select 1 as one from f limit 1", "f=default.flowers");
    }

    private static String state(TestServer server, UUID id) {
        return server.get("/api/v2/runs/" + id).json().path("state").asText();
    }

    private static Connection connect(Path home) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + home.resolve("state.db"));
    }

    /** Another program that writes to the database, and does not come to an end. */
    private record Lock(Connection connection) implements AutoCloseable {
        static Lock of(Path home) throws SQLException {
            Connection connection = connect(home);
            try (Statement statement = connection.createStatement()) {
                statement.execute("begin immediate");
            }
            return new Lock(connection);
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
