package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows that are merged into a table by their key. */
@Tag("server")
class MergeTest {
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
    void replacesRowsOfAKeyAndAddsTheOthers() {
        append("default.both", "{'id': [1, 2, 3], 'v': ['a', 'b', 'c']}");

        Reply reply = merge("default.both", "{'id': [2, 4], 'v': ['B', 'D']}", "id");

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.json().get("saved").toString())
                .isEqualTo("{\"table\":\"default.both\",\"rows_written\":2,\"mode\":\"merge\","
                        + "\"rows_inserted\":1,\"rows_updated\":1}");
        assertThat(rows("default.both", "id")).isEqualTo("[[1,\"a\"],[2,\"B\"],[3,\"c\"],[4,\"D\"]]");
    }

    @Test
    void replacesARowAgainAndAgain() {
        for (int round = 0; round < 5; round++) {
            Reply reply = merge("default.again", "{'id': [1, 2], 'v': [%d, 0]}".formatted(round), "id");
            assertThat(reply.json().at("/saved/rows_updated").asInt())
                    .as(reply.text())
                    .isEqualTo(round == 0 ? 0 : 2);
        }

        assertThat(rows("default.again", "id")).isEqualTo("[[1,4],[2,0]]");
        assertThat(server.query("SELECT count(*) AS n FROM t", "t=default.again")
                        .rows())
                .isEqualTo("[[2]]");
    }

    @Test
    void findsRowsInManyFilesAndRowGroups() {
        for (int part = 0; part < 4; part++) {
            append(
                    "default.large",
                    "{'id': range(%d, %d)}".formatted(part * 300_000, (part + 1) * 300_000),
                    "v=pl.lit(0)");
        }

        Reply reply = server.script(
                "result = pl.LazyFrame({'id': range(100, 1_500_000, 7)}).with_columns(v=pl.lit(1))",
                Map.of("destination", "default.large", "saveMode", "merge", "mergeKeys", List.of("id")));

        assertThat(reply.json().at("/saved/rows_written").asInt())
                .as(reply.text())
                .isEqualTo(214_272);
        assertThat(reply.json().at("/saved/rows_updated").asInt()).isEqualTo(171_415);
        assertThat(server.query(
                                "SELECT count(*) AS n, count(DISTINCT id) AS d, sum(v) AS s, sum(id * v) AS w FROM t",
                                "t=default.large")
                        .rows())
                .isEqualTo(server.script("""
                                new = pl.LazyFrame({'id': range(100, 1_500_000, 7)})
                                result = new.select(n=1_200_000 + pl.len() - (pl.col('id') < 1_200_000).sum(),
                                    d=1_200_000 + pl.len() - (pl.col('id') < 1_200_000).sum(),
                                    s=pl.len(), w=pl.col('id').sum())
                                """).rows());
    }

    @Test
    void makesATableThatIsMissing() {
        Reply reply = merge("made.by_merge", "{'id': [2, 1], 'v': ['b', 'a']}", "id");

        assertThat(reply.json().at("/saved/rows_inserted").asInt())
                .as(reply.text())
                .isEqualTo(2);
        assertThat(rows("made.by_merge", "id")).isEqualTo("[[1,\"a\"],[2,\"b\"]]");
    }

    @Test
    void takesAnEmptyResultAndAnEmptyTable() {
        append("default.empty", "{'id': [1], 'v': ['a']}");
        Reply nothing = server.script(
                "result = pl.LazyFrame(schema={'id': pl.Int64, 'v': pl.String})",
                Map.of("destination", "default.empty", "saveMode", "merge", "mergeKeys", List.of("id")));
        assertThat(nothing.json().at("/saved/rows_written").asInt())
                .as(nothing.text())
                .isZero();
        assertThat(rows("default.empty", "id")).isEqualTo("[[1,\"a\"]]");

        server.script(
                "result = pl.LazyFrame(schema={'id': pl.Int64, 'v': pl.String})",
                Map.of("destination", "default.hollow"));
        assertThat(merge("default.hollow", "{'id': [7], 'v': ['x']}", "id")
                        .json()
                        .at("/saved/rows_inserted")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void comparesAllKeyColumns() {
        append("default.pairs", "{'day': ['mo', 'mo', 'tu'], 'id': [1, 2, 1], 'v': [1, 2, 3]}");

        merge("default.pairs", "{'v': [9, 8], 'id': [1, 2], 'day': ['tu', 'tu']}", "day", "id");

        assertThat(rows("default.pairs", "day, id")).isEqualTo("[[\"mo\",1,1],[\"mo\",2,2],[\"tu\",1,9],[\"tu\",2,8]]");
    }

    @Test
    void replacesAllRowsOfAKeyThatTheTableHasTwice() {
        append("default.twice", "{'id': [1, 1, 2], 'v': [1, 2, 3]}");

        Reply reply = merge("default.twice", "{'id': [1, 3], 'v': [9, 9]}", "id");

        assertThat(reply.json().at("/saved/rows_updated").asInt())
                .as(reply.text())
                .isEqualTo(1);
        assertThat(rows("default.twice", "id")).isEqualTo("[[1,9],[2,3],[3,9]]");
    }

    @Test
    void fillsMissingColumnsWithNull() {
        append("default.wide", "{'id': [1], 'v': ['a'], 'w': ['b']}");

        merge("default.wide", "{'id': [1], 'w': ['B']}", "id");

        assertThat(rows("default.wide", "id")).isEqualTo("[[1,null,\"B\"]]");
    }

    @Test
    void readsWhatItReplaces() {
        append("default.counters", "{'id': [1, 2], 'n': [10, 20]}");

        Reply reply = server.script(
                "result = scan('default.counters').with_columns(pl.col('n') + 1)",
                Map.of("destination", "default.counters", "saveMode", "merge", "mergeKeys", List.of("id")));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(rows("default.counters", "id")).isEqualTo("[[1,11],[2,21]]");
    }

    static Reply merge(String table, String columns, String... keys) {
        return server.script(
                "result = pl.LazyFrame(" + columns + ")",
                Map.of("destination", table, "saveMode", "merge", "mergeKeys", List.of(keys)));
    }

    private static void append(String table, String columns, String... more) {
        Reply reply = server.script(
                "result = pl.LazyFrame(%s).with_columns(%s)".formatted(columns, String.join(", ", more)),
                Map.of("destination", table, "saveMode", "append"));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private static String rows(String table, String order) {
        return server.query("SELECT * FROM t ORDER BY " + order, "t=" + table).rows();
    }
}
