package dev.nerium.contract;

import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mode {@code script}, where it works: what is in scope, what comes back, what is the log. */
@Tag("server")
class ScriptModeTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void functionsOfTheScriptSeeWhatIsInScope() {
        Reply reply = server.script("""
                def count(table):
                    assert catalog.name == 'oleander'
                    return scan(table).filter(pl.col('species') == params['species']).select(n=pl.len())

                class Frames:
                    counts = [count(name) for name in ('default.flowers', 'oleander.default.flowers')]

                result = pl.concat(Frames.counts)
                """, Map.of("params", Map.of("species", "setosa")));

        assertThat(reply.rows()).isEqualTo("[[50],[50]]");
    }

    @Test
    void aliasesOfTablesAreFrames() {
        Reply reply = server.script(
                "result = f.select(pl.len()).join(globals()['my f'].select(n=pl.len()), how='cross')",
                Map.of("tables", List.of("f=default.flowers", "my f=default.flowers")));

        assertThat(reply.rows()).isEqualTo("[[150,150]]");
    }

    @Test
    void functionsAreMappedOverGroupsOfATable() {
        Reply reply = server.script("""
                largest = scan('default.flowers').group_by('species').map_groups(lambda of: of.top_k(1, by='petal_length'), schema=None)
                result = largest.select('species', 'petal_length').sort('species')
                """, Map.of("timeoutSeconds", 60));

        assertThat(reply.rows()).isEqualTo("[[\"setosa\",1.9],[\"versicolor\",5.1],[\"virginica\",6.9]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pl", "scan", "params", "catalog"})
    void anAliasMayNotHideWhatAScriptHas(String alias) {
        Reply reply = server.script("result = pl.DataFrame()", Map.of("tables", List.of(alias + "=default.flowers")));

        assertRefused(
                reply,
                "SCRIPT_FAILED",
                "The alias '" + alias + "' would hide what a script has by that name: choose another.");
    }

    @Test
    void theCatalogListsNamespacesAndTables() {
        Reply reply = server.script("""
                result = pl.DataFrame({'v': [str(v) for v in (
                    catalog.list_namespaces(),
                    catalog.list_tables('default'),
                    catalog.list_tables(('telemetry',)),
                    catalog.table_exists('default.flowers'),
                    catalog.table_exists('default.nothing'),
                    catalog.namespace_exists('nothing'),
                )]})
                """);

        assertThat(reply.rows())
                .isEqualTo("[[\"[('default',), ('telemetry',)]\"],[\"[('default', 'flowers')]\"],"
                        + "[\"[('telemetry', 'audit'), ('telemetry', 'logs'), ('telemetry', 'run_events'), ('telemetry', 'runs'),"
                        + " ('telemetry', 'table_reads'), ('telemetry', 'tables'), ('telemetry', 'traces'), ('telemetry', 'usage')]\"],"
                        + "[\"True\"],[\"False\"],[\"False\"]]");
    }

    @Test
    void theCatalogLoadsATablesSchemaAndMetadata() {
        Reply reply = server.script("""
                table = catalog.load_table('default.flowers')
                result = pl.DataFrame({'v': [
                    type(table).__module__,
                    ', '.join(f'{field.field_id} {field.name} {field.field_type}' for field in table.schema().fields),
                    str(table.name()),
                    str(table.current_snapshot().summary['total-records']),
                    str(table.metadata.location.endswith('/default/flowers')),
                ]})
                """);

        assertThat(reply.rows())
                .isEqualTo("[[\"pyiceberg.table\"],[\"1 sepal_length double, 2 sepal_width double,"
                        + " 3 petal_length double, 4 petal_width double, 5 species string\"],"
                        + "[\"('default', 'flowers')\"],[\"150\"],[\"True\"]]");
    }

    @Test
    void whatAScriptPrintsIsTheRunsLogAndNotInTheReply() {
        Reply reply = server.script("""
                import os, sys
                print('to stdout: grüße')
                sys.stderr.write('to stderr\\n')
                os.write(1, b'past Python\\x1b[0m\\n')
                result = pl.DataFrame({'a': [1]})
                """);

        assertThat(reply.rows()).isEqualTo("[[1]]");
        assertThat(reply.text()).doesNotContain("stdout", "stderr", "past Python");
        Reply log = log(reply);
        assertThat(log.response().headers().firstValue("Content-Type").orElse(""))
                .startsWith("text/plain");
        assertThat(log.text().lines())
                .containsExactlyInAnyOrder("to stdout: grüße", "to stderr", "past Python\uFFFD[0m");
    }

    @Test
    void aTracebackIsInTheLogToo() {
        Reply reply = server.script("print('before')\n1 / 0");

        assertThat(log(reply).text()).startsWith("before\n").contains("line 2", "ZeroDivisionError: division by zero");
    }

    @Test
    void theRunRecordTellsHowItEnded() {
        Reply worked = server.get("/api/v2/runs/" + run(server.script("result = pl.DataFrame({'a': [1, 2]})")));
        Reply failed = server.get("/api/v2/runs/" + run(server.script("raise ValueError('no')")));

        assertThat(worked.json().path("state").asText()).isEqualTo("COMPLETE");
        assertThat(worked.json().path("mode").asText()).isEqualTo("script");
        assertThat(worked.json().path("row_count").asInt()).isEqualTo(2);
        assertThat(worked.json().path("error").isNull()).isTrue();
        assertThat(worked.json().path("duration").isNumber()).isTrue();
        assertThat(failed.json().path("state").asText()).isEqualTo("FAIL");
        assertThat(failed.json().path("error").asText()).isEqualTo("ValueError at line 1: no");
        assertThat(failed.json().path("row_count").isNull()).isTrue();
    }

    @Test
    void aDataFrameIsAResultToo() {
        assertThat(server.script("result = pl.DataFrame({'a': [1, None], 'b': ['x', 'ü']})")
                        .rows())
                .isEqualTo("[[1,\"x\"],[null,\"ü\"]]");
    }

    @Test
    void zeroRowsAndZeroColumnsAreResults() {
        Reply rows = server.script("result = pl.LazyFrame(schema={'a': pl.Int8, 'b': pl.List(pl.String)})");
        Reply columns = server.script("result = pl.DataFrame()");

        assertThat(rows.json().path("results").toString())
                .isEqualTo("{\"columns\":[\"a\",\"b\"],\"column_types\":[\"Int8\",\"List(String)\"],\"rows\":[]}");
        assertThat(columns.json().path("results").toString())
                .isEqualTo("{\"columns\":[],\"column_types\":[],\"rows\":[]}");
    }

    @Test
    void importsTheStandardLibraryAndTheWorkersPackages() {
        Reply reply = server.script("""
                from __future__ import annotations
                import collections, datetime, json, math, re, polars, pyiceberg
                result = pl.DataFrame({'a': [json.dumps({'pi': math.floor(math.pi)})]})
                """);

        assertThat(reply.rows()).isEqualTo("[[\"{\\\"pi\\\": 3}\"]]");
    }

    @Test
    void executesFramesThatReadNoTable() {
        assertThat(server.script("n = pl.LazyFrame({'a': [3]}).collect().item()\nresult = pl.DataFrame({'n': [n]})")
                        .rows())
                .isEqualTo("[[3]]");
    }

    @Test
    void brokenStreamsOfTheScriptDoNotBreakTheReply() {
        Reply reply = server.script("""
                import os, sys
                sys.stdout.close()
                os.close(1)
                os.close(2)
                result = pl.DataFrame({'a': [1]})
                """);

        assertThat(reply.rows()).isEqualTo("[[1]]");
    }

    private static String run(Reply reply) {
        return reply.json().path("run_id").asText();
    }

    private static Reply log(Reply reply) {
        return server.get("/api/v2/runs/" + run(reply) + "/logs");
    }
}
