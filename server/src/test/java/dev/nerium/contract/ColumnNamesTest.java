package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Columns whose names differ in case only, or have characters that other programs do not take: they stay what they are. */
@Tag("server")
class ColumnNamesTest {
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
    void namesThatDifferInCaseAreColumnsOfTheirOwn() {
        assertSaved(send("PUT", "cases", "text/csv", "id,ID,Id\n1,x,0.5\n2,y,1.5\n"));
        assertSaved(send("POST", "cases", "application/x-ndjson", "{\"ID\":\"z\",\"Id\":2.5,\"id\":3}\n"));
        assertSaved(script("pl.DataFrame({'Id': [9.5, 4.5], 'id': [1, 4], 'ID': ['X', 'w']})", "merge"));

        Reply rows = server.query("SELECT id, ID, Id FROM t WHERE id > 0 AND ID <> 'y' ORDER BY id", "t=names.cases");

        assertThat(rows.rows()).as(rows.text()).isEqualTo("[[1,\"X\",9.5],[3,\"z\",2.5],[4,\"w\",4.5]]");
        assertThat(server.query("SELECT * FROM t WHERE Id = 1.5", "t=names.cases")
                        .text())
                .contains("\"columns\":[\"id\",\"ID\",\"Id\"]", "\"rows\":[[2,\"y\",1.5]]");
    }

    @Test
    void namesOfAnyCharactersComeBack() {
        String columns = "\"a.b\",\"q\"\"x\",it's,`t`,\"line\nend\",ü\uD83C\uDF3A, x ,select,1st";
        assertSaved(send("PUT", "odd", "text/csv", columns + "\n1,2,3,4,5,6,7,8,9\n"));
        assertSaved(send("POST", "odd", "text/csv", columns + "\n11,12,13,14,15,16,17,18,19\n"));
        Reply copied = server.run("""
                {'mode': 'query', 'query': 'SELECT * FROM t', 'tables': ['t=names.odd'], 'destination': 'names.copy'}""");
        assertSaved(copied);

        for (String table : List.of("names.odd", "names.copy")) {
            Reply all = server.query("SELECT * FROM t ORDER BY 1", "t=" + table);
            assertThat(all.rows()).as(all.text()).isEqualTo("[[1,2,3,4,5,6,7,8,9],[11,12,13,14,15,16,17,18,19]]");
            Reply one = server.query(
                    "SELECT \"a.b\" + \"it's\" AS n, \"q\"\"x\" FROM t WHERE \" x \" = 7 AND \"line\nend\" = 5 AND \"1st\" < 10",
                    "t=" + table);
            assertThat(one.rows()).as(one.text()).isEqualTo("[[4,2]]");
        }
    }

    private static Reply script(String frame, String mode) {
        return server.script(
                "result = " + frame,
                Map.of("destination", "names.cases", "saveMode", mode, "mergeKeys", List.of("id")));
    }

    private static Reply send(String method, String table, String type, String body) {
        return server.send(server.request("/api/v1/catalogs/oleander/namespaces/names/tables/" + table)
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofString(body))
                .build());
    }

    private static void assertSaved(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }
}
