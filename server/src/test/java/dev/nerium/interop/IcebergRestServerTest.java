package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nerium and PyIceberg share the tables of a REST catalog that neither of them wrote. */
@Tag("interop")
@Tag("spark") // for its Java
class IcebergRestServerTest {
    private static IcebergRest rest;
    private static TestServer server;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        Files.createDirectory(folder.resolve("warehouse"));
        rest = new IcebergRest(folder);
        Path home = TestServer.newHome();
        Files.writeString(home.resolve("nerium.yaml"), """
                catalogs:
                  shared: {type: rest, uri: "%s", folders: ["%s"]}
                """.formatted(rest.uri(), folder.resolve("warehouse")));
        server = TestServer.start(home, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
        rest.close();
    }

    @Test
    void pyIcebergReadsWhatNeriumWrote() {
        save("{'id': [1, 2], 'größe': ['S', null]}", "shared.shop.orders", "overwrite");
        save("{'id': [3], 'größe': ['XL']}", "shared.shop.orders", "append");
        Reply merged = server.script(
                "result = pl.DataFrame({'id': [2, 4], 'größe': ['M', 'L']})",
                Map.of("destination", "shared.shop.orders", "saveMode", "merge", "mergeKeys", List.of("id")));

        JsonNode rows =
                pyiceberg("answer(catalog.load_table('shop.orders').scan().to_arrow().sort_by('id').to_pylist())");

        assertThat(merged.status()).as(merged.text()).isEqualTo(200);
        assertThat(rows.toString())
                .isEqualTo("[{\"id\":1,\"größe\":\"S\"},{\"id\":2,\"größe\":\"M\"},{\"id\":3,\"größe\":\"XL\"},"
                        + "{\"id\":4,\"größe\":\"L\"}]");
    }

    @Test
    void neriumReadsAtOnceWhatPyIcebergWrote() {
        for (int n = 1; n <= 3; n++) {
            pyiceberg("""
                    catalog.create_namespace_if_not_exists("py")
                    table = catalog.create_table_if_not_exists("py.days", pa.schema([("n", pa.int64())]))
                    table.append(pa.table({"n": [1]}))
                    answer(None)
                    """);
            assertThat(server.query("select count(*), sum(n) from t", "t=shared.py.days")
                            .rows())
                    .isEqualTo("[[" + n + "," + n + "]]");
        }
        pyiceberg("""
                with catalog.load_table("py.days").update_schema() as update:
                    update.rename_column("n", "anzahl")
                answer(None)
                """);
        assertThat(server.query("select sum(anzahl) from t", "t=shared.py.days").rows())
                .isEqualTo("[[3]]");
        assertThat(server.query("select d.anzahl from d, f limit 1", "d=shared.py.days", "f=default.flowers")
                        .rows())
                .isEqualTo("[[1]]");
    }

    @Test
    void writersAtTheSameTimeLoseNothing() {
        save("{'n': [0]}", "shared.race.t", "overwrite");

        List<CompletableFuture<Void>> writers = IntStream.range(0, 4)
                .mapToObj(writer -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 3; i++) {
                        save("{'n': [1]}", "shared.race.t", "append");
                    }
                }))
                .toList();
        writers.forEach(CompletableFuture::join);

        assertThat(server.query("select count(*), sum(n) from t", "t=shared.race.t")
                        .rows())
                .isEqualTo("[[13,12]]");
    }

    @Test
    void branchesAreWrittenPublishedAndDropped() {
        save("{'n': [1]}", "shared.br.t", "overwrite");
        assertThat(refs("", "{'name': 'a/b', 'type': 'branch', 'maxRefAge': '7d'}")
                        .status())
                .isEqualTo(200);
        assertThat(refs("", "{'name': 'v1', 'type': 'tag'}").status()).isEqualTo(200);
        List<CompletableFuture<Void>> writers = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.runAsync(
                        () -> save("{'n': [2]}", i % 2 == 0 ? "shared.br.t@branch:a/b" : "shared.br.t", "append")))
                .toList();
        writers.forEach(CompletableFuture::join);
        Reply merged = server.script(
                "result = pl.DataFrame({'n': [1, 5]})",
                Map.of("destination", "shared.br.t@branch:a/b", "saveMode", "merge", "mergeKeys", List.of("n")));

        JsonNode seen = pyiceberg("""
                table = catalog.load_table('br.t')
                branch = table.snapshot_by_name('a/b').snapshot_id
                answer([sorted(table.metadata.refs), table.scan().to_arrow().sort_by('n')['n'].to_pylist(),
                    table.scan(snapshot_id=branch).to_arrow().sort_by('n')['n'].to_pylist()])
                """);

        assertThat(merged.status()).as(merged.text()).isEqualTo(200);
        assertThat(seen.toString()).isEqualTo("[[\"a/b\",\"main\",\"v1\"],[1,2,2,2],[1,2,2,2,5]]");
        Reply diverged = refs("/fast-forward", "{'to': 'a/b'}");
        assertThat(diverged.status()).as(diverged.text()).isEqualTo(409);
        assertThat(refs("", "{'name': 'a/b', 'type': 'branch', 'existing': 'replace'}")
                        .status())
                .isEqualTo(200);
        save("{'n': [7]}", "shared.br.t@branch:a/b", "append");
        Reply published = refs("/fast-forward", "{'to': 'a/b'}");
        assertThat(published.status()).as(published.text()).isEqualTo(200);
        assertThat(refs("/drop", "{'name': 'a/b', 'type': 'branch'}").status()).isEqualTo(200);
        assertThat(pyiceberg("""
                table = catalog.load_table('br.t')
                answer([sorted(table.metadata.refs), table.scan().to_arrow().sort_by('n')['n'].to_pylist()])
                """).toString()).isEqualTo("[[\"main\",\"v1\"],[1,2,2,2,7]]");
        assertThat(server.script(
                                "result = pl.DataFrame({'n': [1]})",
                                Map.of("destination", "shared.br.t@branch:a/b", "saveMode", "append"))
                        .status())
                .isEqualTo(400);
    }

    private static Reply refs(String action, String body) {
        return server.post("/api/v1/catalogs/shared/namespaces/br/tables/t/refs" + action, body.replace('\'', '"'));
    }

    private static void save(String columns, String table, String mode) {
        Reply reply = server.write(columns, Map.of("destination", table, "saveMode", mode));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static JsonNode pyiceberg(String program) {
        return Python.run(
                server,
                "pyiceberg_rest",
                "catalog = load_catalog('rest', type='rest', uri='%s')\n".formatted(rest.uri()) + program);
    }
}
