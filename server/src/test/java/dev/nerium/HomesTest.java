package dev.nerium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import dev.nerium.run.ServerRegistry;
import dev.nerium.server.FirstKey;
import dev.nerium.server.Nerium;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Homes that are copied, moved, linked, shared, damaged or full: what is in them stays, and what is wrong is said. */
@Tag("server")
@Timeout(300)
class HomesTest {
    /** For one run: no worker waits for another. */
    private static final Map<String, String> ONE_RUN = Map.of("http.port", "0", "sandbox.pool.size", "0");

    private static final Map<String, String> SEVERAL_RUNS = Map.of("http.port", "0", "sandbox.pool.size", "1");

    /** A home with a table of three snapshots and a kept history, stopped; each test works on a copy. */
    private static Path template;

    private static String key = "";

    @BeforeAll
    static void fill() throws IOException {
        template = TestServer.newHome();
        try (Nerium nerium = start(template, SEVERAL_RUNS)) {
            key = nerium.firstKey().orElseThrow().text();
            Client client = new Client(nerium, key);
            for (int i = 0; i < 3; i++) {
                client.append(i);
            }
            client.createPartitioned();
            client.merge(1, "a");
            client.merge(2, "b");
            client.merge(1, "c");
        }
    }

    @AfterAll
    static void remove() throws IOException {
        TestFiles.delete(template);
    }

    @Test
    void aCopyOfARunningHomeNeverTouchesTheOriginal() throws IOException {
        Path original = another();
        Path copy = original.resolveSibling(original.getFileName() + "-copy");
        try (Nerium running = start(original, SEVERAL_RUNS)) {
            Client first = new Client(running, key);
            first.append(3);
            Command.run("cp", "-a", original.toString(), copy.toString());
            first.append(4);
            age(original);
            age(copy);
            Set<String> before = files(original.resolve("lake/warehouse"));
            // As the advice was to those whose copy did not start.
            try (Nerium started = start(copy, with("lake.folders", warehouse(original)))) {
                Client second = new Client(started, key);
                assertThat(second.rows()).isEqualTo("[[4]]");
                second.append(5);
                second.merge(1, "changed");
                for (String table : List.of("t", "p")) {
                    second.maintain(table, "remove-orphans", "{}");
                    second.maintain(table, "compact", "{}");
                    second.maintain(
                            table, "expire", "{\"olderThan\": \"%s\", \"retainLast\": 1}".formatted(Instant.now()));
                }
                assertThat(second.rows()).isEqualTo("[[5]]");
                assertThat(second.partitioned()).isEqualTo("[[1,\"changed\"],[2,\"b\"]]");
                assertThat(second.drop("p").status()).isEqualTo(204);
                assertThat(files(copy.resolve("lake/warehouse")))
                        .noneMatch(file -> file.endsWith(".parquet") && file.contains("/default/p/"));
                assertThat(started.url()).isNotEqualTo(running.url());
            }

            assertThat(files(original.resolve("lake/warehouse"))).containsAll(before);
            assertThat(first.rows()).isEqualTo("[[5]]");
            assertThat(first.partitioned()).isEqualTo("[[1,\"c\"],[2,\"b\"]]");
            assertThat(ServerRegistry.id(copy)).isNotEqualTo(ServerRegistry.id(original));
        }
        assertRows(original, "[[5]]");
        assertRows(copy, "[[5]]");
    }

    @Test
    void aCopyOfAStoppedHomeIsAServerOfItsOwnAndTheOriginalStaysOne() throws IOException {
        Path original = another();
        assertRows(original, "[[3]]");
        String id = ServerRegistry.id(original);
        Path copy = copy(original);

        assertRows(copy, "[[3]]");
        append(copy);
        append(copy);

        assertThat(ServerRegistry.id(original)).isEqualTo(id);
        assertThat(ServerRegistry.id(copy)).isNotEqualTo(id);
        assertRows(original, "[[3]]");
        assertRows(copy, "[[5]]");
    }

    @Test
    void aMovedHomeGoesOnWhereItIs() throws IOException {
        Path home = another();
        assertRows(home, "[[3]]");
        String id = ServerRegistry.id(home);
        Path moved = home.resolveSibling(home.getFileName() + "-moved");
        Files.move(home, moved);
        age(moved);

        try (Nerium nerium = start(moved, SEVERAL_RUNS)) {
            Client client = new Client(nerium, key);
            assertThat(client.rows()).isEqualTo("[[3]]");
            assertThat(client.partitioned()).isEqualTo("[[1,\"c\"],[2,\"b\"]]");
            client.append(3);
            client.merge(2, "d");
            client.merge(3, "e");
            assertThat(client.partitioned()).isEqualTo("[[1,\"c\"],[2,\"d\"],[3,\"e\"]]");
            for (String table : List.of("t", "p")) {
                assertThat(client.maintain(table, "remove-orphans", "{}").text())
                        .contains("\"orphan_files\":{\"count\":0");
                client.maintain(table, "compact", "{}");
                client.maintain(table, "expire", "{\"olderThan\": \"%s\", \"retainLast\": 1}".formatted(Instant.now()));
            }
            assertThat(client.rows()).isEqualTo("[[4]]");
            assertThat(client.partitioned()).isEqualTo("[[1,\"c\"],[2,\"d\"],[3,\"e\"]]");
            assertThat(client.query("select count(*) >= 6 as n from e", "e=telemetry.run_events"))
                    .isEqualTo("[[true]]");
            assertThat(client.runs()).contains("default.t");
        }
        assertThat(ServerRegistry.id(moved)).isEqualTo(id);
        assertThat(home).doesNotExist();
        // And back again, and once more.
        Files.move(moved, home);
        assertRows(home, "[[4]]");
        Files.move(home, moved);
        assertRows(moved, "[[4]]");
        Files.move(moved, home);
    }

    @Test
    void aMovedHomeWithALinkInItsFormerPlaceIsTheSameByBothNames() throws IOException {
        Path home = another();
        assertRows(home, "[[3]]");
        String id = ServerRegistry.id(home);
        Path moved = home.resolveSibling(home.getFileName() + "-moved");
        Files.move(home, moved);
        Files.createSymbolicLink(home, moved);

        assertRows(home, "[[3]]");
        append(moved);
        append(home);

        assertRows(moved, "[[5]]");
        assertThat(ServerRegistry.id(moved)).isEqualTo(id);
        Files.delete(home);
    }

    @Test
    void aMovedHomeOfAnOlderVersionIsRecognisedByItsTables() throws IOException {
        Path home = another();
        Files.delete(home.resolve("home.json"));
        Path away = template.resolveSibling(template.getFileName() + "-away");
        Files.move(template, away);
        try {
            assertRows(home, "[[3]]");
        } finally {
            Files.move(away, template);
        }
    }

    @Test
    void aCopyThatSharesTheLakeByALinkIsRefused() throws IOException {
        Path original = another();
        assertRows(original, "[[3]]");
        Path elsewhere = original.resolveSibling(original.getFileName() + "-lake");
        Files.move(original.resolve("lake"), elsewhere);
        Files.createSymbolicLink(original.resolve("lake"), elsewhere);
        Path copy = copy(original);

        assertRefused(
                copy, "The home " + copy + " is a copy of " + original + ", but its lake is a link to the original's");

        assertRows(original, "[[3]]");
    }

    @Test
    void aCopyReadsTablesOutsideOfItsHomeAndChangesNoneOfTheirFiles() throws IOException {
        Path original = another();
        Path folder = TestServer.newHome();
        Map<String, String> settings = with("lake.folders", folder.toString());
        try (Nerium nerium = start(original, settings)) {
            Client client = new Client(nerium, key);
            Reply made = client.post("/iceberg/v1/oleander/namespaces/default/tables", """
                    {"name": "shared", "location": "%s/shared", "schema": {"type": "struct", "schema-id": 0, "fields": [
                     {"id": 1, "name": "x", "type": "int", "required": false}]}}""".formatted(folder));
            assertThat(made.status()).as(made.text()).isEqualTo(200);
            assertThat(client.append("shared", 1).status()).isEqualTo(200);
        }
        Path copy = copy(original);
        age(folder);
        Set<String> before = files(folder);

        for (int start = 0; start < 2; start++) {
            try (Nerium nerium = start(copy, settings)) {
                Client client = new Client(nerium, key);
                assertThat(client.query("select x from s", "s=default.shared")).isEqualTo("[[1]]");
                Reply reply = client.append("shared", 2);
                assertThat(reply.status()).as(reply.text()).isEqualTo(400);
                assertThat(reply.text()).contains("this home is a copy of " + original);
                client.maintainAnyhow("shared", "remove-orphans", "{}");
                client.maintainAnyhow("shared", "compact", "{}");
                client.maintainAnyhow("shared", "expire", "{\"olderThan\": \"%s\"}".formatted(Instant.now()));
                client.append(9);
            }
            assertThat(files(folder)).isEqualTo(before);
        }
        try (Nerium nerium = start(copy, settings)) {
            new Client(nerium, key).drop("shared");
        }
        assertThat(files(folder)).isEqualTo(before);
        try (Nerium nerium = start(original, settings)) {
            assertThat(new Client(nerium, key).append("shared", 3).status()).isEqualTo(200);
        }
    }

    @Test
    void aCopyDoesNotReachTheOriginalByAnotherName() throws IOException {
        Path original = another();
        assertRows(original, "[[3]]");
        Path copy = copy(original);
        Path link = original.resolveSibling("link");
        Files.createSymbolicLink(link, original);
        Files.createSymbolicLink(copy.resolve("original"), original);
        String wide = original.resolveSibling(".").normalize().toString();
        try (Nerium nerium = start(copy, with("lake.folders", wide + "," + copy))) {
            Client client = new Client(nerium, key);
            for (Path home : List.of(link, original.resolveSibling("x/../link"), copy.resolve("lake/../original"))) {
                assertNoTableAt(client, home.resolve("lake/warehouse/default/t"));
            }
        }
    }

    @Test
    void aCopyThatIsMovedStaysACopy() throws IOException {
        Path original = another();
        assertRows(original, "[[3]]");
        Path copy = copy(original);
        assertRows(copy, "[[3]]");
        String id = ServerRegistry.id(copy);
        Path moved = copy.resolveSibling("moved");
        Files.move(copy, moved);

        append(moved);

        assertThat(ServerRegistry.id(moved)).isEqualTo(id);
        assertThat(moved.resolve("home.json")).content().contains("copy-of", original.toString());
        assertRows(moved, "[[4]]");
        assertRows(original, "[[3]]");
    }

    @Test
    void aTableOfACopyCanNotBePutAmongTheServersOwn() throws IOException {
        Path original = another();
        assertRows(original, "[[3]]");
        Path copy = copy(original);
        try (Nerium nerium = start(copy)) {
            Client client = new Client(nerium, key);
            for (Path home : List.of(original, copy)) {
                assertNoTableAt(client, home.resolve("lake/warehouse/telemetry/sly"));
            }
        }
    }

    private static void assertNoTableAt(Client client, Path location) {
        Reply reply = client.post("/iceberg/v1/oleander/namespaces/default/tables", """
                {"name": "sly", "location": "%s",
                 "schema": {"type": "struct", "schema-id": 0, "fields": []}}""".formatted(location));
        assertThat(reply.status()).as(reply.text()).isEqualTo(403);
    }

    @Test
    void twoServersOnOneHomeAreRefusedByAnyName() throws IOException {
        Path home = another();
        Path link = home.resolveSibling(home.getFileName() + "-link");
        Files.createSymbolicLink(link, home);
        try (Nerium nerium = start(home)) {
            assertRefused(link, "Another server runs with the home " + link);
            assertThat(new Client(nerium, key).rows()).isEqualTo("[[3]]");
        }
        Files.delete(link);
        assertRows(home, "[[3]]");
    }

    @Test
    void aHomeThatIsNoFolderIsRefused() throws IOException {
        Path file = TestFiles.newFile("file");

        assertRefused(file, "The home " + file + " can't be used (" + file + " is not a folder)");
        assertRefused(file.resolve("below"), "The home " + file.resolve("below") + " can't be used (");
    }

    @Test
    void aHomeThatIsReadOnlyIsRefused() throws IOException {
        Path home = another();
        Assumptions.assumeTrue(
                Command.run("mount", "--bind", home.toString(), home.toString()) == 0
                        && Command.run("mount", "-o", "remount,ro,bind", home.toString()) == 0,
                "no file system may be mounted here");
        try {
            assertRefused(
                    home, "The home " + home + " can't be used (" + home + "/server.lock: Read-only file system)");
        } finally {
            assertThat(Command.run("umount", "-l", home.toString())).isZero();
        }
        assertRows(home, "[[3]]");
    }

    @Test
    void aHomeOnAFullDiskLosesNothing() throws IOException {
        Path folder = TestServer.newHome();
        try (SmallDisk disk = SmallDisk.mount(folder, "64m")) {
            Path home = folder.resolve("home");
            assertThat(Command.run("cp", "-a", template.toString(), home.toString()))
                    .isZero();
            disk.fill(0);

            assertThatThrownBy(() -> start(home).close()).satisfies(HomesTest::assertOneLine);

            disk.free();
            assertRows(home, "[[3]]");
        }
    }

    @Test
    void aHomeWhoseStateIsGoneBeginsItAnewAndKeepsItsTables() throws IOException {
        Path home = another();
        for (String name : List.of("state.db", "state.db-wal", "state.db-shm")) {
            Files.deleteIfExists(home.resolve(name));
        }

        try (Nerium nerium = start(home)) {
            String fresh = nerium.firstKey().orElseThrow().text();
            assertThat(fresh).isNotEqualTo(key);
            assertThat(new Client(nerium, fresh).rows()).isEqualTo("[[3]]");
        }
    }

    @Test
    void aDamagedStateIsRefusedAndLeftAsItIs() throws IOException {
        Path home = another();
        Path database = home.resolve("state.db");
        byte[] good = Files.readAllBytes(database);
        Files.writeString(database, "This is not a database, whatever it may have been.".repeat(200));
        byte[] bad = Files.readAllBytes(database);

        assertRefused(home, "The database " + database + " of keys and runs can't be used (");

        assertThat(Files.readAllBytes(database)).isEqualTo(bad);
        Files.write(database, good);
        assertRows(home, "[[3]]");
    }

    @Test
    void anOlderStateIsBroughtUpToDate() throws IOException {
        Path home = another();
        Path database = home.resolve("state.db");
        for (String name : List.of("state.db", "state.db-wal", "state.db-shm")) {
            Files.deleteIfExists(home.resolve(name));
        }
        Flyway.configure()
                .dataSource("jdbc:sqlite:" + database, "", "")
                .target("4")
                .load()
                .migrate();

        try (Nerium nerium = start(home)) {
            Client client = new Client(nerium, nerium.firstKey().orElseThrow().text());
            assertThat(client.rows()).isEqualTo("[[3]]");
        }
    }

    @Test
    void theStateOfANewerVersionIsRefused() throws IOException {
        Path home = another();
        Path migrations = TestFiles.newFolder("migrations");
        Files.writeString(migrations.resolve("V999__newer.sql"), "create table newer (id text);");
        Flyway.configure()
                .dataSource("jdbc:sqlite:" + home.resolve("state.db"), "", "")
                .locations("classpath:db/migration", "filesystem:" + migrations)
                .load()
                .migrate();

        assertRefused(
                home,
                "The database " + home.resolve("state.db")
                        + " was created by a newer version of Nerium (its schema has the version 999");
    }

    @Test
    void aCatalogThatIsGoneOrDamagedIsRefused() throws IOException {
        Path home = another();
        Path database = home.resolve("lake/catalog.db");
        byte[] good = Files.readAllBytes(database);
        Files.delete(database);
        assertRefused(home, "The catalog " + database + " is missing, but " + warehouse(home) + " has tables");

        Files.writeString(database, "This is not a database, whatever it may have been.".repeat(200));
        assertRefused(home, "The catalog " + database + " can't be used (");

        Files.write(database, good);
        assertRows(home, "[[3]]");
    }

    @Test
    void aStartThatFailsDoesNotUseUpTheFirstKey() throws IOException {
        Path home = TestServer.newHome();
        try (TestServer other = TestServer.startIdle(Map.of())) {
            Map<String, String> taken =
                    Map.of("http.port", String.valueOf(other.url().getPort()));
            assertThatThrownBy(() -> start(home, taken)).isInstanceOf(ConfigException.class);
        }
        assertThat(home.resolve("first-key")).doesNotExist();

        try (Nerium nerium = start(home)) {
            FirstKey first = nerium.firstKey().orElseThrow();
            assertThat(first.file()).hasContent(first.text());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first.file())))
                    .isEqualTo("rw-------");
            assertThat(new Client(nerium, first.text()).runs()).contains("load");
        }
        try (Nerium again = start(home)) {
            assertThat(again.firstKey()).isEmpty();
        }
    }

    private record Reply(int status, String text) {}

    /** Of a server that the test started by itself. */
    private record Client(Nerium nerium, String key) {
        void append(int number) {
            Reply reply = append("t", number);
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        }

        Reply append(String table, int number) {
            return post("/api/v1/warehouse/polars", """
                    {"mode": "query", "query": "select %d as x from f limit 1", "tables": ["f=default.flowers"],
                     "destination": "default.%s", "saveMode": "append"}""".formatted(number, table));
        }

        void createPartitioned() {
            Reply reply = post("/iceberg/v1/oleander/namespaces/default/tables", """
                    {"name": "p", "schema": {"type": "struct", "schema-id": 0, "fields": [
                     {"id": 1, "name": "id", "type": "int", "required": false},
                     {"id": 2, "name": "word", "type": "string", "required": false}]},
                     "partition-spec": {"spec-id": 0, "fields": [
                      {"name": "id", "transform": "identity", "source-id": 1, "field-id": 1000}]}}""");
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        }

        void merge(int id, String word) {
            Reply reply = post("/api/v1/warehouse/polars", """
                    {"mode": "query", "query": "select %d as id, '%s' as word from f limit 1",
                     "tables": ["f=default.flowers"],
                     "destination": "default.p", "saveMode": "merge", "mergeKeys": ["id"]}""".formatted(id, word));
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        }

        String rows() {
            return query("select count(*) as n from t", "t=default.t");
        }

        String partitioned() {
            return query("select id, word from p order by id", "p=default.p");
        }

        String query(String sql, String table) {
            Reply reply = post("/api/v1/warehouse/polars", """
                    {"mode": "query", "query": "%s", "tables": ["%s"]}""".formatted(sql, table));
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            try {
                return new ObjectMapper()
                        .readTree(reply.text())
                        .at("/results/rows")
                        .toString();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Reply maintain(String table, String action, String body) {
            Reply reply = maintainAnyhow(table, action, body);
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            return reply;
        }

        /** Whether it works or not. */
        Reply maintainAnyhow(String table, String action, String body) {
            Reply reply = post("/api/v2/catalogs/oleander/namespaces/default/tables/" + table + "/" + action, body);
            assertThat(reply.status()).as(reply.text()).isLessThan(500);
            return reply;
        }

        /** With its files. */
        Reply drop(String table) {
            return send(request("/iceberg/v1/oleander/namespaces/default/tables/" + table + "?purgeRequested=true")
                    .DELETE());
        }

        String runs() {
            return send(request("/api/v2/runs").GET()).text();
        }

        Reply post(String path, String body) {
            return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(nerium.url().resolve(path)).header("Authorization", "Bearer " + key);
        }

        private static Reply send(HttpRequest.Builder request) {
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
                return new Reply(response.statusCode(), response.body());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private static void assertRefused(Path home, String message) {
        assertThatThrownBy(() -> start(home))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message)
                .satisfies(HomesTest::assertOneLine);
    }

    private static void assertOneLine(Throwable e) {
        assertThat(e.getMessage()).doesNotContain("Exception", "\n");
    }

    private static void assertRows(Path home, String rows) {
        try (Nerium nerium = start(home)) {
            assertThat(new Client(nerium, key).rows()).isEqualTo(rows);
        }
    }

    private static void append(Path home) {
        try (Nerium nerium = start(home)) {
            new Client(nerium, key).append(7);
        }
    }

    private static Nerium start(Path home) {
        return start(home, ONE_RUN);
    }

    private static Map<String, String> with(String setting, String value) {
        Map<String, String> settings = new HashMap<>(SEVERAL_RUNS);
        settings.put(setting, value);
        return settings;
    }

    private static Nerium start(Path home, Map<String, String> settings) {
        return Nerium.start(NeriumConfig.load(home, settings, System.getenv()));
    }

    /** A home of its own with the same tables. */
    private static Path another() throws IOException {
        Path home = copy(template);
        Files.delete(home.resolve("server.id"));
        return home;
    }

    private static Path copy(Path home) throws IOException {
        Path copy = TestFiles.newFolder("home").resolve("home");
        Files.setPosixFilePermissions(copy.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(Command.run("cp", "-a", home.toString(), copy.toString())).isZero();
        return copy;
    }

    private static String warehouse(Path home) {
        return home.resolve("lake/warehouse").toString();
    }

    private static Set<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !file.toString().contains("/telemetry/"))
                    .map(Path::toString)
                    .collect(TreeSet::new, Set::add, Set::addAll);
        }
    }

    /** Old enough to be taken for orphans, were they none of a table's. */
    private static void age(Path folder) throws IOException {
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(30)));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, old);
            }
        }
    }
}
