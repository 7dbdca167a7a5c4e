package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Branches and tags are the same to Nerium, Spark and PyIceberg, whoever made and wrote them. */
@Tag("interop")
@Tag("spark")
@ExtendWith(SparkExtension.class)
class BranchesTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void sparkSeesTheSameRowsAndRefs(Spark spark) {
        save("br.t", "append", "'x': [1, 2], 'name': ['a', 'b']");
        ref("br.t", "{'name': 'v1', 'type': 'tag'}");
        ref("br.t", "{'name': 'audit', 'type': 'branch', 'maxRefAge': '7d', 'minSnapshotsToKeep': 2}");
        ref("br.t", "{'name': 'a/b', 'type': 'branch'}");
        save("br.t@branch:audit", "append", "'x': [3], 'name': ['c']");
        save("br.t@branch:audit", "merge", "'x': [2, 4], 'name': ['m', 'd']");
        save("br.t@branch:a/b", "overwrite", "'x': [7], 'name': ['o']");

        JsonNode seen = spark.run(server, "spark/branches.py");

        assertThat(seen.path("refs").toString())
                .isEqualTo("[[\"a/b\",\"BRANCH\",null,null],[\"audit\",\"BRANCH\",604800000,2],"
                        + "[\"main\",\"BRANCH\",null,null],[\"v1\",\"TAG\",null,null]]");
        assertThat(seen.path("main").toString()).isEqualTo("[[1,\"a\"],[2,\"b\"]]");
        assertThat(seen.path("audit").toString()).isEqualTo("[[1,\"a\"],[2,\"m\"],[3,\"c\"],[4,\"d\"]]");
        assertThat(seen.path("slash").toString()).isEqualTo("[[7]]");
        assertThat(seen.path("tag").toString()).isEqualTo("[[1,\"a\"],[2,\"b\"]]");

        // What Spark made, and the columns that it added.
        assertThat(seen.path("grown").toString()).isEqualTo("[[\"x\",\"name\",\"y\"],[\"x\",\"name\"]]");
        assertThat(columns("br.t@branch:audit")).isEqualTo(seen.at("/grown/0"));
        assertThat(columns("br.t@tag:v1")).isEqualTo(seen.at("/grown/1"));
        assertThat(rows("SELECT x, y FROM t ORDER BY x", "br.t@branch:spark"))
                .isEqualTo("[[2,null],[3,null],[4,null],[9,90]]");
        assertThat(refs("br.t").findValuesAsText("name"))
                .containsExactly("a/b", "audit", "main", "spark", "done", "v1");
        assertThat(refs("br.t").findValuesAsText("max_ref_age_ms"))
                .containsExactly("null", "604800000", "null", "604800000", "2592000000", "null");
        save("br.t@branch:spark", "append", "'x': [10], 'y': [100]");
        assertThat(post("br.t", "/fast-forward", "{'to': 'spark'}").status()).isEqualTo(200);
        assertThat(rows("SELECT x FROM t ORDER BY x", "br.t")).isEqualTo("[[2],[3],[4],[9],[10]]");
    }

    @Test
    void pyIcebergSeesTheSameRowsAndRefs() {
        save("py.t", "append", "'x': [1]");
        ref("py.t", "{'name': 'audit', 'type': 'branch'}");
        ref("py.t", "{'name': 'v1', 'type': 'tag', 'maxRefAge': '1d'}");
        save("py.t@branch:audit", "append", "'x': [2]");

        JsonNode seen = Python.run(server, "pyiceberg", """
                table = catalog.load_table("py.t")
                audit = table.snapshot_by_name("audit").snapshot_id
                seen = {
                    "refs": {name: [ref.snapshot_ref_type, ref.max_ref_age_ms] for name, ref in table.metadata.refs.items()},
                    "main": table.scan().to_arrow().sort_by("x")["x"].to_pylist(),
                    "audit": table.scan(snapshot_id=audit).to_arrow().sort_by("x")["x"].to_pylist(),
                }
                table.manage_snapshots().create_branch(audit, "own").create_tag(audit, "mine").commit()
                table.append(pa.table({"x": pa.array([3], pa.int64())}), branch="own")
                answer(seen)
                """);

        assertThat(seen.path("main").toString()).isEqualTo("[1]");
        assertThat(seen.path("audit").toString()).isEqualTo("[1,2]");
        assertThat(seen.at("/refs/audit").toString()).isEqualTo("[\"branch\",null]");
        assertThat(seen.at("/refs/v1").toString()).isEqualTo("[\"tag\",86400000]");
        assertThat(rows("SELECT x FROM t ORDER BY x", "py.t@branch:own")).isEqualTo("[[1],[2],[3]]");
        assertThat(rows("SELECT x FROM t ORDER BY x", "py.t@tag:mine")).isEqualTo("[[1],[2]]");
        save("py.t@branch:own", "append", "'x': [4]");
        assertThat(post("py.t", "/fast-forward", "{'to': 'own'}").status()).isEqualTo(200);
        assertThat(Python.run(
                                server,
                                "pyiceberg",
                                "answer(catalog.load_table('py.t').scan().to_arrow().sort_by('x')['x'].to_pylist())")
                        .toString())
                .isEqualTo("[1,2,3,4]");
    }

    private static void save(String table, String mode, String columns) {
        Map<String, Object> more = mode.equals("merge")
                ? Map.of("destination", table, "saveMode", mode, "mergeKeys", List.of("x"))
                : Map.of("destination", table, "saveMode", mode);
        Reply reply = server.write("{" + columns + "}", more);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static String rows(String sql, String table) {
        Reply reply = server.query(sql, "t=" + table);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.rows();
    }

    private static JsonNode columns(String table) {
        return server.query("SELECT * FROM t", "t=" + table).json().at("/results/columns");
    }

    private static void ref(String table, String body) {
        Reply reply = post(table, "", body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static JsonNode refs(String table) {
        return server.get(path(table)).json().path("refs");
    }

    private static Reply post(String table, String action, String body) {
        return server.post(path(table) + action, body.replace('\'', '"'));
    }

    private static String path(String table) {
        String[] parts = table.split("\\.", -1);
        return "/api/v1/catalogs/oleander/namespaces/%s/tables/%s/refs".formatted(parts[0], parts[1]);
    }
}
