package dev.nerium.variable;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.TestFiles;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The environment variables that scripts get, and where their values must not appear. */
@Tag("server")
@Timeout(120)
class ScriptEnvironmentTest {
    private static final String PATH = "/api/v1/environment-variables";
    private static final String VALUE = "zq-hidden-\"value\"-7";
    private static final String KEY = "-----BEGIN KEY-----\nMIIEpAIBAAKC\nQyHidden77\n-----END KEY-----\n";
    private static final ObjectMapper JSON = new ObjectMapper();

    private TestServer server;
    private String admin;
    private String tokenId;

    @BeforeEach
    void start() {
        server = TestServer.start();
        admin = server.key();
        tokenId = set("TOKEN", VALUE);
        set("PEM", KEY);
        set("PIN", "xyz");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aScriptGetsTheVariablesThatItsRequestNamesAndNoOthers() {
        Reply reply = script(
                "result = pl.DataFrame({'n': list(env), 'v': [len(env['TOKEN']), len(env.get('PEM'))], 'r': repr(env)})",
                "token",
                "PEM",
                "TOKEN");

        assertThat(reply.rows())
                .isEqualTo("[[\"TOKEN\",%1$d,\"Environment(TOKEN, PEM)\"],[\"PEM\",%2$d,\"Environment(TOKEN, PEM)\"]]"
                        .formatted(VALUE.length(), KEY.length()));
        assertThat(script("result = pl.DataFrame({'v': [env['PIN']]})", "TOKEN").error())
                .contains("KeyError at line 1", "does not name the environment variable 'PIN' in `env`");
        assertThat(server.script("result = pl.DataFrame({'n': [len(env)]})").rows())
                .isEqualTo("[[0]]");
    }

    @Test
    void anAliasMayHaveTheNameWhereTheRequestNamesNoVariables() {
        List<String> tables = List.of("env=default.flowers");

        assertThat(server.script("result = env.select(pl.len())", Map.of("tables", tables))
                        .rows())
                .isEqualTo("[[150]]");
        assertThat(server.script("result = pl.DataFrame()", Map.of("tables", tables, "env", List.of("TOKEN")))
                        .error())
                .contains("The alias 'env' would hide what a script has by that name");
    }

    @Test
    void valuesAreNeitherInTheEnvironmentNorInTheCommandLineOfAProcess() {
        Reply reply = script("""
                import os, pathlib
                seen = []
                for process in pathlib.Path('/proc').glob('[0-9]*'):
                    for name in ('environ', 'cmdline'):
                        try:
                            seen.append((process / name).read_bytes())
                        except OSError:
                            pass
                files = [p.read_bytes() for p in pathlib.Path('/job').rglob('*') if p.is_file()]
                value = env['TOKEN'].encode()
                found = [text for text in [*seen, *files, str(os.environ).encode()] if value in text]
                result = pl.DataFrame({'seen': [len(seen) > 0], 'found': [len(found)]})
                """, "TOKEN");

        assertThat(reply.rows()).isEqualTo("[[true,0]]");
    }

    @Test
    void printedValuesAreMaskedInTheLog() {
        for (String source : List.of(
                "print(env['TOKEN'])",
                "print('a', env['TOKEN'] + env['TOKEN'], 'z', flush=True)",
                "import sys; print(env['TOKEN'], file=sys.stderr)",
                "import os; [os.write(1 + n % 2, bytes([c])) for n, c in enumerate(env['TOKEN'].encode())]",
                "import sys; [(sys.stdout.write(c), sys.stdout.flush()) for c in env['TOKEN']]",
                "print('x' * 8190 + env['TOKEN'] + 'x' * 70000 + env['TOKEN'])",
                "print(dict(env), [env['TOKEN']], repr(env['TOKEN']))",
                "import json; print(json.dumps(dict(env)))",
                "print(env['PEM'])",
                "print(env['PEM'].splitlines()[1], env['PEM'].replace('\\n', '|'))",
                "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(input())'], input=env['TOKEN'].encode())",
                "import traceback\ntry:\n    raise ValueError(env['TOKEN'])\nexcept ValueError as e:\n"
                        + "    print(''.join(traceback.TracebackException.from_exception(e, capture_locals=True).format()))",
                "import os; os.write(1, env['TOKEN'][:-1].encode())")) {
            Reply reply = script(source + "\nresult = pl.DataFrame({'n': [1]})", "TOKEN", "PEM");

            assertThat(reply.rows()).as(source).isEqualTo("[[1]]");
            assertThat(log(reply)).as(source).contains("***").doesNotContain("zq-hidden", "MIIEpAIBAAKC", "QyHidden77");
        }
    }

    @Test
    void valuesOfFewerThanFourCharactersAreNotMasked() {
        assertThat(log(script("print(env['PIN'])\nresult = pl.DataFrame()", "PIN")))
                .isEqualTo("xyz\n");
    }

    @Test
    void failuresHaveNoValues() {
        for (String source : List.of(
                "raise ValueError('no access with ' + env['TOKEN'])",
                "raise KeyError(env['TOKEN'])",
                "raise ValueError('x' * 2010 + env['TOKEN'] + 'x' * 70000)",
                "raise ValueError('x' * 32700 + env['TOKEN'] * 9 + 'x' * 70000)",
                "raise SystemExit(env['TOKEN'])",
                "raise ValueError(env['PEM'])",
                "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    e.add_note(env['TOKEN'])\n    raise",
                "try:\n    int(env['TOKEN'])\nexcept ValueError as e:\n    raise RuntimeError('later') from e",
                "result = pl.DataFrame({'a': [env['TOKEN']]}).lazy().select(pl.col('a').cast(pl.Int64))",
                "result = scan('default.' + env['TOKEN'])",
                "result = scan('default.flowers').select(env['TOKEN'])",
                "result = sql('SELECT * FROM default.flowers WHERE ' + env['TOKEN'])",
                "catalog.load_table('default.' + env['TOKEN'])",
                "exec(env['TOKEN'])",
                "result = env['TOKEN']; import os; os.write(1, env['TOKEN'].encode()); os.kill(os.getpid(), 9)")) {
            Reply reply = script(source, "TOKEN", "PEM");

            assertThat(reply.status()).as(source).isEqualTo(400);
            String record = server.get("/api/v2/runs/" + run(reply)).text();
            assertThat(reply.text() + record + log(reply))
                    .as(source)
                    .doesNotContain("zq-hidden", "MIIEpAIBAAKC", "QyHidden77");
        }
    }

    @Test
    void filtersPlansAndNotesHaveNoValues() throws IOException {
        String filter = "result = scan('default.flowers').filter(pl.col('species') == env['TOKEN'])";
        Reply executed = script(filter, "TOKEN");
        Reply explained = server.script(filter, Map.of("env", List.of("TOKEN"), "explain", true));
        Reply plan = server.get("/api/v2/runs/" + run(executed) + "/plan");
        Reply renamed = script(
                "result = scan('default.flowers').select(pl.col('species').alias(env['TOKEN'])).limit(1)", "TOKEN");

        assertThat(executed.rows()).isEqualTo("[]");
        assertThat(explained.text()).contains("***").doesNotContain("zq-hidden");
        assertThat(plan.text()).contains("***").doesNotContain("zq-hidden");
        assertThat(renamed.json().at("/results/columns/0").asText()).isEqualTo(VALUE);
        assertThat(server.get("/api/v2/runs/" + run(renamed) + "/lineage").text())
                .doesNotContain("zq-hidden");
        assertNoFileHasAValue();
    }

    @Test
    void noFileOfTheHomeHasAValueAfterRunsThatTriedToLeaveIt() throws IOException {
        List<Reply> replies = new ArrayList<>();
        for (String source : List.of(
                "print(env['TOKEN'], env['PEM'])\nresult = pl.DataFrame({'n': [1]})",
                "raise ValueError(env['TOKEN'] + env['PEM'])",
                "open('/job/out/left', 'w').write(env['TOKEN'])\nopen('/tmp/left', 'w').write(env['TOKEN'])\n"
                        + "result = pl.DataFrame({'n': [1]})",
                "import os\nprint(env['TOKEN'])\nos.abort()",
                "import os\nopen('/job/out/left', 'w').write(env['TOKEN'])\nos.kill(os.getpid(), 9)",
                "print(env['TOKEN'], flush=True)\nx = [0] * 10**12\nresult = pl.DataFrame()")) {
            replies.add(script(source, "TOKEN", "PEM"));
        }
        replies.add(server.script(
                "print(env['TOKEN'], flush=True)\nimport time; time.sleep(600)",
                Map.of("env", List.of("TOKEN"), "timeoutSeconds", 1)));
        replies.add(server.script(
                "print(env['TOKEN'])\nresult = scan('default.flowers')",
                Map.of("env", List.of("TOKEN"), "destination", "default.copy")));

        assertThat(replies).extracting(Reply::status).containsExactly(200, 400, 200, 400, 400, 400, 400, 200);
        assertThat(replies).extracting(ScriptEnvironmentTest::run).allMatch(id -> !id.isEmpty());
        assertNoFileHasAValue();
        // The tables get what is left.
        server.restart();
        assertNoFileHasAValue();
    }

    @Test
    void theNextRunsOfOtherKeysFindNothing() {
        script("import os; open('/tmp/left', 'w').write(env['TOKEN'])\nresult = pl.DataFrame({'n': [1]})", "TOKEN");
        server.useKey("other", Scope.READ);

        assertThat(server.script(
                                "import glob\nresult = pl.DataFrame({'n': [len(env)], 'f': [len(glob.glob('/tmp/*'))]})")
                        .rows())
                .isEqualTo("[[0,0]]");
    }

    @Test
    void onlyKeysWithTheRightGetAValueAndOthersDoNotLearnWhetherItExists() {
        String reader = server.useKey("reader", Scope.READ);
        String id = server.get("/api/v2/me").json().path("id").asText();
        String source = "result = pl.DataFrame({'n': [len(env['TOKEN'])]})";

        Reply refused = script(source, "TOKEN");
        Reply unknown = script(source, "OTHER");

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.error())
                .isEqualTo(
                        "env has 'TOKEN', which the key 'reader' may not use, or which does not exist: an admin can add the key, or one of its groups, to the readers of the variable.");
        assertThat(unknown.status()).isEqualTo(403);
        assertThat(unknown.error()).isEqualTo(refused.error().replace("TOKEN", "OTHER"));
        assertThat(unknown.details()).isEqualTo(refused.details().replace("TOKEN", "OTHER"));
        assertThat(server.get("/api/v2/runs").json().path("runs"))
                .noneMatch(run -> run.path("mode").asText().equals("script"));

        server.useKey(admin);
        assertThat(script(source, "OTHER").error())
                .isEqualTo("env has 'OTHER', but there is no environment variable with this name: set it first.");
        JsonNode changed = put(tokenId, Map.of("readers", Map.of("keys", List.of("reader"))))
                .json();
        assertThat(changed.path("readers").toString()).isEqualTo("{\"keys\":[\"%s\"],\"groups\":[]}".formatted(id));
        assertThat(changed.path("value").asText()).isEqualTo(VALUE);

        server.useKey(reader);
        assertThat(script(source, "TOKEN").rows()).isEqualTo("[[%d]]".formatted(VALUE.length()));
        assertThat(script(source, "TOKEN", "PEM").error())
                .contains("env has 'PEM', which the key 'reader' may not use");
        assertThat(server.get(PATH).status()).isEqualTo(403);
        assertThat(put(tokenId, Map.of("value", "other")).status()).isEqualTo(403);
    }

    @Test
    void aNewValueKeepsTheReadersAndANewVariableHasNone() {
        put(tokenId, Map.of("readers", Map.of("groups", List.of("etl", "ops"))));

        assertThat(readers(tokenId)).isEqualTo("{\"keys\":[],\"groups\":[\"etl\",\"ops\"]}");
        set("TOKEN", "another value");
        assertThat(readers(tokenId)).isEqualTo("{\"keys\":[],\"groups\":[\"etl\",\"ops\"]}");
        assertThat(put(tokenId, Map.of("value", "third value"))
                        .json()
                        .path("readers")
                        .toString())
                .isEqualTo("{\"keys\":[],\"groups\":[\"etl\",\"ops\"]}");
        assertThat(script("result = pl.DataFrame({'n': [len(env['TOKEN'])]})", "TOKEN")
                        .rows())
                .isEqualTo("[[11]]");
        server.delete(PATH + "/" + tokenId);
        assertThat(readers(set("TOKEN", VALUE))).isEqualTo("{\"keys\":[],\"groups\":[]}");
    }

    @Test
    void wrongChangesAreRefused() {
        assertThat(put(tokenId, Map.of()).error())
                .isEqualTo("value and readers are missing: expected one of them, or both.");
        assertThat(put(tokenId, Map.of("name", "A")).error()).contains("The field 'name' is not known");
        assertThat(put(tokenId, Map.of("readers", List.of("reader"))).error())
                .contains("readers is [\"reader\"]: expected an object with keys and groups");
        assertThat(put(tokenId, Map.of("readers", Map.of("keys", "reader"))).error())
                .contains("readers.keys is \"reader\": expected a list");
        assertThat(put(tokenId, Map.of("readers", Map.of("groups", List.of(1)))).error())
                .contains("readers.groups is [1]: expected a list of names");
        assertThat(put(tokenId, Map.of("readers", Map.of("keys", List.of("nobody"))))
                        .status())
                .isEqualTo(404);
        assertThat(put("no-such-id", Map.of("value", "some value")).status()).isEqualTo(404);
        assertThat(put(tokenId, Map.of("value", List.of(VALUE))).text()).doesNotContain("zq-hidden");
        assertThat(readers(tokenId)).isEqualTo("{\"keys\":[],\"groups\":[]}");
    }

    @Test
    void aReplayHasTheRightsOfTheKeyThatReplays() {
        String reader = server.useKey("reader", Scope.READ);
        server.useKey(admin);
        put(tokenId, Map.of("readers", Map.of("keys", List.of("reader"))));
        server.useKey(reader);
        String run = run(script("result = pl.DataFrame({'n': [len(env['TOKEN'])]})", "TOKEN"));
        String replay = "/api/v2/runs/" + run + "/replay";
        assertThat(post(replay).rows()).isEqualTo("[[%d]]".formatted(VALUE.length()));

        server.useKey(admin);
        put(tokenId, Map.of("readers", Map.of(), "value", "changed value"));
        assertThat(post(replay).rows()).isEqualTo("[[13]]");

        server.useKey(reader);
        assertThat(post(replay).status()).isEqualTo(403);
        assertThat(server.get("/api/v2/runs/" + run + "/plan").status()).isEqualTo(403);
    }

    @Test
    void requestsThatCanNotHaveThemAreRefused() {
        assertThat(server.script("result = pl.DataFrame()", Map.of("env", List.of("TOKEN"), "distributed", true))
                        .error())
                .contains("a cluster does not get environment variables");
        assertThat(server.run("{'mode': 'query', 'query': 'SELECT 1', 'env': ['TOKEN']}")
                        .error())
                .isEqualTo("env is for scripts: send the values of a query in params.");
        assertThat(server.post("/api/v1/query", "{\"query\": \"SELECT 1\", \"env\": [\"TOKEN\"]}")
                        .status())
                .isEqualTo(400);
        assertThat(server.post("/api/v1/query", "{\"script\": \"result = pl.DataFrame()\", \"env\": [\"TOKEN\"]}")
                        .error())
                .contains("env is not a field of a script here");
        assertThat(server.script("result = pl.DataFrame()", Map.of("env", "TOKEN"))
                        .error())
                .contains("env is \"TOKEN\": expected a list of names");
        assertThat(server.script("result = pl.DataFrame()", Map.of("env", List.of(1)))
                        .error())
                .contains("env[0] is 1: expected the name");
        assertThat(server.script("result = pl.DataFrame()", Map.of("env", List.of("A-B")))
                        .error())
                .contains("env[0] is 'A-B': expected 1 to 255 letters");
        assertThat(server.script(
                                "result = pl.DataFrame()",
                                Map.of(
                                        "env",
                                        Stream.generate(() -> "A").limit(101).toList()))
                        .error())
                .isEqualTo("env has 101 names: expected at most 100.");
    }

    private Reply script(String source, String... env) {
        return server.script(source, Map.of("env", List.of(env)));
    }

    private String log(Reply reply) {
        return server.get("/api/v2/runs/" + run(reply) + "/logs").text();
    }

    private static String run(Reply reply) {
        return reply.json().path("run_id").asText();
    }

    private Reply post(String path) {
        return server.send(server.request(path).POST(BodyPublishers.noBody()).build());
    }

    private Reply put(String id, Map<String, ?> body) {
        return server.send(server.request(PATH + "/" + id)
                .PUT(BodyPublishers.ofString(JSON.valueToTree(body).toString()))
                .build());
    }

    private String readers(String id) {
        return server.get(PATH + "/" + id).json().path("readers").toString();
    }

    private String set(String name, String value) {
        Map<String, String> body = new HashMap<>(Map.of("name", name, "value", value));
        Reply reply = server.post(PATH, JSON.valueToTree(body).toString());
        assertThat(reply.status()).isEqualTo(200);
        return reply.json().path("id").asText();
    }

    private void assertNoFileHasAValue() throws IOException {
        assertThat(TestFiles.texts(server.home()))
                .isNotEmpty()
                .allSatisfy((file, text) ->
                        assertThat(text).as(file.toString()).doesNotContain("zq-hidden", "MIIEpAIBAAKC", "QyHidden77"));
    }
}
