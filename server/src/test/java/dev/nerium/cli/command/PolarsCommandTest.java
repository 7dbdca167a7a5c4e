package dev.nerium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.cli.FakeServer;
import dev.nerium.cli.Ran;
import dev.nerium.cli.shell.TerminalInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolarsCommandTest {
    private static final String ANSWER = """
            {"success": true, "results": {"columns": ["a", "b"], "column_types": ["String", "Float64"],
            "rows": [["x,y", 1.50], ["", -0.0], [null, 1e+22], ["say \\"hi\\"", "NaN"]]}, "row_count": 4,
            "execution_time": "12ms", "saved": {"table": "default.t", "rows_written": 4, "mode": "append"},
            "warnings": ["unknown field 'vcpu': did you mean 'vcpus'?"], "run_id": "0192"}""";

    private FakeServer server = FakeServer.answering(200, ANSWER);

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void sendsWhatEveryClientSends() throws IOException {
        run("SELECT 1", "--table", "f=default.flowers", "--table", "default.trees");

        assertBody("""
                {"mode": "query", "query": "SELECT 1", "tables": ["f=default.flowers", "default.trees"], "params": {},
                 "distributed": false, "saveMode": "overwrite"}""");
        assertThat(server.onlyAsked().path()).isEqualTo("/api/v1/warehouse/polars");
        assertThat(server.onlyAsked().header("Authorization")).isEqualTo("Bearer nrm_test");
        assertThat(server.onlyAsked().header("X-nerium-run-id")).matches("[0-9a-f]{8}-[0-9a-f]{4}-7.*");
    }

    @Test
    void sendsEveryOption(@TempDir Path folder) throws IOException {
        Path script = Files.writeString(folder.resolve("s.py"), "result = scan('a.b')\n");
        run(
                "--script",
                script.toString(),
                "--param",
                "where=a=b",
                "--param",
                "empty=",
                "--env",
                "TOKEN",
                "--env",
                "PEM",
                "--catalog",
                "c",
                "--save",
                "default.t",
                "--save-mode",
                "append",
                "--vcpus",
                "4",
                "--timeout",
                "90",
                "--distributed",
                "--instance-type",
                "t4g.medium",
                "--cluster-size",
                "3");

        assertBody("""
                {"mode": "script", "script": "result = scan('a.b')\\n", "tables": [],
                 "params": {"where": "a=b", "empty": ""}, "distributed": true, "saveMode": "append", "env": ["TOKEN", "PEM"], "catalog": "c",
                 "destination": "default.t", "vcpus": 4, "timeoutSeconds": 90, "instanceType": "t4g.medium", "clusterSize": 3}""");
    }

    @Test
    void sendsTheValuesOfASqlTextWithTheirTypes() throws IOException {
        run(
                "SELECT $a",
                "--param",
                "a=5",
                "--param",
                "day:date=2026-01-31",
                "--param",
                "ids:json=[9223372036854775808, null]",
                "--param",
                "1:int=7",
                "--param",
                "days:date[]=[\"2026-01-31\"]",
                "--param",
                "f:json=1e400");

        assertBody("""
                {"mode": "query", "query": "SELECT $a", "tables": [], "distributed": false, "saveMode": "overwrite",
                 "params": {"a": "5", "day": {"type": "date", "value": "2026-01-31"}, "ids": [9223372036854775808, null],
                            "1": {"type": "int", "value": "7"}, "days": {"type": "date[]", "value": ["2026-01-31"]}, "f": 1E+400}}""");
    }

    @Test
    void readsAScriptFromStdin() {
        Ran.script(server.environment(), "result = 1");

        assertThat(server.asked().getFirst().body()).contains("\"script\":\"result = 1\"");
    }

    @Test
    void printsATableAndAFooterApart() {
        Ran ran = run("SELECT 1");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).contains(" x,y      │    1.50\n", "          │    -0.0\n", " null     │   1e+22\n");
        assertThat(ran.err()).isEqualTo("""
                        warning: unknown field 'vcpu': did you mean 'vcpus'?
                        4 rows · 12ms · saved to default.t (4 rows, append) · run 0192
                        """);
    }

    @Test
    void copiesTheBytesThatTheServerSends() {
        for (String[] format : new String[][] {
            {"csv", "text/csv"}, {"ndjson", "application/x-ndjson"}, {"parquet", "application/vnd.apache.parquet"}
        }) {
            answer(200, "a,b\n\"x,y\",1.50\n");

            assertThat(run("SELECT 1", "--format", format[0]).out()).isEqualTo("a,b\n\"x,y\",1.50\n");
            assertThat(server.onlyAsked().header("Accept")).isEqualTo(format[1]);
        }
    }

    @Test
    void takesTheFormatOfAFileFromItsName(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("rows.JSONL"), "old");

        Ran ran = run("SELECT 1", "-o", file.toString());

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(server.onlyAsked().header("Accept")).isEqualTo("application/x-ndjson");
        assertThat(file).content().isEqualTo(ANSWER);
        assertThat(folder).isDirectoryContaining(file::equals);
        assertMisuse("names no known format: give --format csv", "SELECT 1", "--output", "rows.xlsx");
        assertMisuse("--output takes --format csv", "SELECT 1", "--output", "rows.csv", "--format", "json");
        assertMisuse("--output takes rows", "SELECT 1", "--output", "rows.csv", "--detach");
    }

    @Test
    void sendsNothingIfTheFileCannotBeWritten(@TempDir Path folder) {
        Ran missing = run("SELECT 1", "--output", folder.resolve("no/rows.csv").toString());
        Ran taken = run("SELECT 1", "--format", "csv", "--output", folder.toString());

        assertThat(missing.exit()).isEqualTo(1);
        assertThat(missing.err()).contains("rows.csv can't be written", "no such file or folder");
        assertThat(taken.err()).isEqualTo("error: " + folder + " is a folder: name a file\n");
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void printsJsonWithoutTouchingANumber() {
        assertThat(run("SELECT 1", "--format", "json").out())
                .startsWith("{\"columns\"")
                .contains("[[\"x,y\", 1.50], [\"\", -0.0], [null, 1e+22]");
    }

    @Test
    void copiesArrowBytesButNotToATerminal() {
        assertThat(run("SELECT 1", "--format", "arrow").out()).isEqualTo(ANSWER);
        assertThat(server.onlyAsked().header("Accept")).isEqualTo("application/vnd.apache.arrow.stream");

        Ran refused = Ran.on(
                new TerminalInfo(true, true, 80), server.environment(), "", "polars", "SELECT 1", "--format=arrow");
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("send them to a file with --output FILE");
    }

    @Test
    void tellsAFailureInOneMessage() {
        answer(400, """
                {"success": false, "error": "The SQL failed", "details": "no column 'a'\\nin line 1", "hint": "try 'b'"}""");

        Ran ran = run("SELECT a");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).isEqualTo("error: The SQL failed\n  no column 'a'\n  in line 1\nhint: try 'b'\n");
    }

    @Test
    void namesTheRunOfAServersOwnFailure() {
        answer(500, "{\"success\": false, \"status\": 500, \"error\": \"It broke\", \"run_id\": \"0192\"}");

        assertThat(run("SELECT a").err()).contains("error: It broke\n", "  run 0192\n");
    }

    @Test
    void saysHowToGetAKey() {
        answer(401, "{\"error\": \"Unauthorized\"}");

        assertThat(run("SELECT a").err()).contains("error: Unauthorized\n", "./nerium keys create");
    }

    @Test
    void showsWhatAProxySaid() {
        answer(502, "<h1>Bad gateway</h1>");

        assertThat(run("SELECT a").err()).isEqualTo("error: the server returned 502\n  <h1>Bad gateway</h1>\n");
    }

    @Test
    void saysThatNoServerAnswers() {
        server.close();

        Ran ran = run("SELECT a");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("no server answers at " + server.url(), "./nerium serve");
    }

    @Test
    void saysThatNoServerRunsHere(@TempDir Path home) {
        Ran ran = Ran.with(Map.of("NERIUM_HOME", home.toString()), "polars", "SELECT 1");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("no server is running here", home.toString());
    }

    @Test
    void findsTheLocalServer(@TempDir Path home) throws IOException {
        server.leaveAddress(home);

        Ran ran = Ran.with(Map.of("NERIUM_KEY", "k"), "polars", "SELECT 1", "--home", home.toString());

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(server.onlyAsked().header("Authorization")).isEqualTo("Bearer k");
    }

    @Test
    void givesNoKeyToWhoeverGotThePortOfTheLocalServer(@TempDir Path home) throws IOException {
        server.leaveAddress(home);
        Files.writeString(
                home.resolve("server.json"),
                Files.readString(home.resolve("server.json")).replace("fake", "another"));

        Ran ran = Ran.with(Map.of("NERIUM_KEY", "k"), "polars", "SELECT 1", "--home", home.toString());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("no server is running here", home.toString());
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void doesNotTakeTheServerOfAHomeForThatOfItsCopy(@TempDir Path home, @TempDir Path copy) throws IOException {
        server.leaveAddress(home);
        Files.copy(home.resolve("server.json"), copy.resolve("server.json"));

        Ran ran = Ran.with(Map.of("NERIUM_KEY", "k"), "polars", "SELECT 1", "--home", copy.toString());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("no server is running here", copy.toString());
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithAnAddressOrAHome() {
        for (String url :
                List.of("http://[::1", "http://a b", "ftp://x", "http://", "http://x:99999", "http://u:p@x", "x")) {
            Ran ran = Ran.with(Map.of("NERIUM_KEY", "k"), "polars", "SELECT 1", "--url", url);

            assertThat(ran.exit()).isEqualTo(1);
            assertThat(ran.err())
                    .isEqualTo("error: the URL is '" + url + "': expected one like http://127.0.0.1:8080\n");
        }
        Ran empty = Ran.with(Map.of("NERIUM_KEY", "k"), "polars", "SELECT 1", "--home", "");
        assertThat(empty.exit()).isEqualTo(1);
        assertThat(empty.err())
                .isEqualTo("error: --home is empty: set it to the server's folder, or omit the option.\n");
        Ran zero = Ran.with(Map.of(), "polars", "SELECT 1", "--home", "a\0b");
        assertThat(zero.exit()).isEqualTo(2);
        assertThat(zero.err()).doesNotContain("Exception");
        Ran file = Ran.with(Map.of(), "serve", "--home", "/dev/null");
        assertThat(file.exit()).isEqualTo(1);
        assertThat(file.err())
                .startsWith("error: The home /dev/null can't be used (")
                .doesNotContain("Exception");
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        assertMisuse("give either SQL or --script FILE.");
        assertMisuse("give either SQL or --script FILE, not both.", "SELECT 1", "--script", "x.py");
        assertMisuse("--param is 'x': expected NAME=VALUE.", "--script", "-", "--param", "x");
        assertMisuse("--env is for scripts: give the values of SQL by --param.", "SELECT 1", "--env", "TOKEN");
        assertMisuse("--param is 'x': expected NAME=VALUE or NAME:TYPE=VALUE.", "SELECT $x", "--param", "x");
        assertMisuse("--param is 'x:json=a': expected JSON after the sign =", "SELECT $x", "--param", "x:json=a");
        assertMisuse("--param is 'x:json=': expected JSON after the sign =", "SELECT $x", "--param", "x:json=");
        assertMisuse("Unknown option: '--tabel=x' Did you mean '--table'?", "SELECT 1", "--tabel=x");
        assertMisuse("Invalid value for option '--vcpus'", "SELECT 1", "--vcpus", "many");
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void saysThatAScriptIsMissing() {
        Ran ran = run("--script", "/nowhere/x.py");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).isEqualTo("error: there is no file /nowhere/x.py\n");
    }

    private Ran run(String... words) {
        return Ran.with(server.environment(), join("polars", words));
    }

    private void answer(int status, String body) {
        server.close();
        server = FakeServer.answering(status, body);
    }

    private void assertBody(String expected) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        assertThat(mapper.readTree(server.asked().getFirst().body())).isEqualTo(mapper.readTree(expected));
    }

    private void assertMisuse(String message, String... words) {
        Ran ran = run(words);
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains(message, "'./nerium polars --help' lists its options.");
    }

    private static String[] join(String first, String... rest) {
        String[] words = new String[rest.length + 1];
        words[0] = first;
        System.arraycopy(rest, 0, words, 1, rest.length);
        return words;
    }
}
