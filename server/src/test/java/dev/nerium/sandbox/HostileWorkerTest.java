package dev.nerium.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scripts that speak for the worker, or leave what is hard to remove. */
@Tag("sandbox")
class HostileWorkerTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("sandbox.timeout", "20s"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void removesATreeThatIsDeeperThanAPathMayBe() {
        Reply reply = server.script("""
                import os
                os.chdir('/job/out')
                for _ in range(60):
                    os.mkdir('d' * 250)
                    os.chdir('d' * 250)
                os.mkdir('closed', 0)
                result = pl.DataFrame({'x': [1]})
                """);
        assertThat(reply.status()).isEqualTo(200);

        server.restart();

        assertThat(server.query("select 1 as x from f limit 1", "f=default.flowers")
                        .rows())
                .isEqualTo("[[1]]");
    }

    @Test
    void commitsNoFileThatIsNotParquet() {
        Reply reply = server.script(
                forged("open(path, 'wb').write(b'no parquet at all')"), Map.of("destination", "default.forged"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo("A file of the run can't be committed: it is not a Parquet file.");
        assertThat(server.query("select 1 as x from t", "t=default.forged").error())
                .startsWith("There is no table 'default.forged'.");
    }

    @Test
    void followsNoLinkThatAScriptLeft() {
        Reply reply =
                server.script(forged("os.symlink('/usr/bin/env', path)"), Map.of("destination", "default.forged"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.details()).contains("a file that is not an ordinary file of its own");
    }

    @Test
    void waitsForNoPipeThatAScriptLeft() {
        Reply reply = server.script(forged("os.mkfifo(path)"), Map.of("destination", "default.forged"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.details()).contains("a file that is not an ordinary file of its own");
    }

    @Test
    void takesNoResultForAWriteThatNeverWas() {
        Reply reply = server.script("""
                import nerium_worker.output.write as write
                write.write = None
                result = pl.DataFrame({'x': [1]})
                """, Map.of("destination", "default.forged"));

        assertThat(reply.status()).isBetween(400, 500);
        assertThat(reply.json().path("success").asBoolean()).isFalse();
    }

    @Test
    void believesNoLineageFromTablesThatTheRunDidNotName() {
        assertThat(lineage("{'table': 7, 'field': 'species', 'transformations': [step]}"))
                .startsWith("The worker sent a lineage from a column that no table of the run has.");
        assertThat(lineage("{'table': -1, 'field': 'species', 'transformations': [step]}"))
                .startsWith("The worker sent a lineage from a column that no table of the run has.");
        assertThat(lineage("{'table': 1 << 40, 'field': 'species', 'transformations': [step]}"))
                .startsWith("The worker sent a lineage from a column that no table of the run has.");
        assertThat(lineage("{'table': 0, 'field': 'salary', 'transformations': [step]}"))
                .startsWith("The worker sent a lineage from a column that no table of the run has.");
    }

    @Test
    void believesNoLineageOfAnotherForm() {
        assertThat(lineage("{'table': 0, 'field': 'species', 'transformations': [{**step, 'subtype': 'MAGIC'}]}"))
                .startsWith("The worker sent a lineage with an unknown transformation.");
        assertThat(lineage("{'table': 0, 'field': 'species', 'transformations': [{**step, 'type': 'INDIRECT'}]}"))
                .startsWith("The worker sent a lineage with an unknown transformation.");
        assertThat(lineage("{'table': 0, 'field': 'species', 'transformations': [step, step]}"))
                .startsWith("The worker sent a lineage that names a transformation twice.");
        assertThat(lineage("{'table': 0, 'field': 'species', 'transformations': []}"))
                .startsWith("The worker sent a lineage without a transformation.");
        assertThat(lineage("*[{'table': 0, 'field': 'species', 'transformations': [step]}] * 2"))
                .startsWith("The worker sent a lineage that names an input twice.");
        assertThat(lineage("{'table': 0, 'field': 3, 'transformations': [step]}"))
                .startsWith("The worker sent a lineage whose 'field' is not a text.");
    }

    @Test
    void believesNoLineageOfColumnsThatTheResultDoesNotHave() {
        String other = "{'name': 'other', 'unknown': False, 'inputs': []}";
        assertThat(lineageOf("[" + other + "]"))
                .startsWith("The worker sent the lineage of a column that the result does not have.");
        String twice = "[{'name': 'species', 'unknown': False, 'inputs': []}] * 2";
        assertThat(lineageOf(twice))
                .startsWith("The worker sent the lineage of a column that the result does not have.");
    }

    @Test
    void believesNoNotesOfAnotherForm() {
        assertThat(notes("[{'kind': 'rumour', 'detail': 'x', 'table': None}]"))
                .startsWith("The worker sent a note of an unknown kind, or without a text.");
        assertThat(notes("[{'kind': 'cross-join', 'detail': 'x', 'table': 9}]"))
                .startsWith("The worker sent a note about a table that the run does not have.");
        assertThat(notes("[{'kind': 'cross-join', 'detail': 'x', 'table': None}] * 201"))
                .startsWith("The worker sent notes that are not a list of at most 200.");
    }

    @Test
    void usesNoWorkerAgainWhoseQuestionFailed() throws IOException {
        server.script("result = pl.DataFrame({'x': [1]})", Map.of("destination", "default.broken"));
        try (Stream<Path> files = Files.walk(server.home().resolve("lake/warehouse/default/broken/data"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        assertThat(server.query("select * from t", "t=default.broken").status()).isEqualTo(409);

        assertThat(server.query("select count(*) as n from f", "f=default.flowers")
                        .rows())
                .isEqualTo("[[150]]");
    }

    /** What is said of a script whose worker tells of such an input of its column. */
    private static String lineage(String input) {
        return lineageOf("[{'name': 'species', 'unknown': False, 'inputs': [" + input + "]}]");
    }

    private static String lineageOf(String fields) {
        return told("{'lineage': {'fields': " + fields + ", 'dataset': [], 'complete': True}}");
    }

    private static String notes(String notes) {
        return told("{'notes': " + notes + "}");
    }

    /** What is said of a script whose worker adds this to its result. */
    private static String told(String more) {
        Reply reply = server.script("""
                import nerium_worker.worker as worker
                step = {'type': 'DIRECT', 'subtype': 'IDENTITY', 'masking': False}
                worker.with_lineage = lambda header, *_: {**header, **%s}
                result = scan('default.flowers').select('species').head(1)
                """.formatted(more));
        assertThat(reply.json().path("success").asBoolean()).isFalse();
        return reply.details();
    }

    /** A script whose worker reports a file that the script made itself. */
    private static String forged(String make) {
        return """
                import os
                import nerium_worker.output.write as write
                real = write.write
                def forged(*arguments):
                    answer = real(*arguments)
                    for name in os.listdir('/job/out/files'):
                        path = '/job/out/files/' + name
                        os.remove(path)
                        %s
                    return answer
                write.write = forged
                result = pl.DataFrame({'x': [1]})
                """.formatted(make);
    }
}
