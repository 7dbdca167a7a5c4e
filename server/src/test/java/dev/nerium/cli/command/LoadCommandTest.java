package dev.nerium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nerium.cli.FakeServer;
import dev.nerium.cli.Ran;
import dev.nerium.cli.shell.TerminalInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoadCommandTest {
    private static final String ANSWER = """
            {"success": true, "saved": {"table": "default.t", "rows_written": 7, "mode": "append"}, "run_id": "0192"}""";

    @TempDir
    private Path folder = Path.of("");

    private FakeServer server = FakeServer.answering(200, ANSWER);

    @BeforeEach
    void makeFiles() throws IOException {
        Files.writeString(folder.resolve("a.csv"), "x\n1\n");
        Files.writeString(folder.resolve("b.jsonl"), "{\"x\": 1}\n".repeat(100_000));
        Files.writeString(folder.resolve("c.dat"), "x");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void appendsEachFileInItsFormat() {
        Ran ran = load("default.t", "a.csv", "b.jsonl");

        assertThat(ran.exit()).isZero();
        assertThat(sent())
                .extracting(FakeServer.Asked::method, FakeServer.Asked::path, asked -> asked.header("Content-type"))
                .containsExactly(
                        tuple("POST", "/api/v1/catalogs/oleander/namespaces/default/tables/t", "text/csv"),
                        tuple("POST", "/api/v1/catalogs/oleander/namespaces/default/tables/t", "application/x-ndjson"));
        assertThat(sent().getFirst().body()).isEqualTo("x\n1\n");
        assertThat(sent().getLast().body()).hasSize(900_000);
        assertThat(sent().getLast().header("Content-length")).isEqualTo("900000");
        assertThat(ran.out()).startsWith("a.csv: 7 rows appended to default.t (");
    }

    @Test
    void replacesWithTheFirstFileOnly() {
        load("default.t", "a.csv", "b.jsonl", "--mode", "overwrite");

        assertThat(sent()).extracting(FakeServer.Asked::method).containsExactly("PUT", "POST");
    }

    @Test
    void readsQuotedNames() {
        load("lake.\"my space\".\"a.b\"", "a.csv");

        assertThat(onlySent().path()).isEqualTo("/api/v1/catalogs/lake/namespaces/my%20space/tables/a.b");
    }

    @Test
    void showsProgressToAPerson() {
        Ran ran = Ran.on(
                new TerminalInfo(true, true, 80),
                server.environment(),
                "",
                "load",
                "default.t",
                folder.resolve("b.jsonl").toString());

        assertThat(ran.err())
                .containsPattern("\r\u001b\\[Kb\\.jsonl +\\d+% +[\\d.]+ [KM]?i?B of 878\\.9 KiB +[\\d.]+ [KMG]?i?B/s")
                .endsWith("\r\u001b[K");
    }

    @Test
    void printsPlainLinesOtherwise() {
        assertThat(load("default.t", "b.jsonl").err()).isEmpty();
    }

    @Test
    void looksAtEveryFileBeforeTheFirstIsSent() {
        assertThat(load("default.t", "a.csv", "missing.csv").err()).contains("there is no readable file");
        assertThat(load("default.t", "a.csv", "c.dat").exit()).isEqualTo(2);
        assertThat(load("default.t", "a.csv", "c.dat").err()).contains("c.dat names no known format: give --format");
        assertThat(load("t", "a.csv").err()).contains("the table is 't': expected namespace.table");
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void takesAFormatThatTheSuffixDoesNotSay() {
        load("default.t", "c.dat", "--format", "parquet");

        assertThat(onlySent().header("Content-type")).isEqualTo("application/vnd.apache.parquet");
    }

    @Test
    void sendsHowAFileIsReadAsTheQuery() {
        server.close();
        server = FakeServer.answering(200, """
                {"success": true, "preview": true, "format": "csv", "sniffed": {"separator": ";"},
                 "results": {"columns": ["x"], "column_types": ["String"], "rows": [["01"]]}, "row_count": 1}""");

        Ran ran = load(
                "default.t",
                "a.csv",
                "--preview",
                "--separator",
                "tab",
                "--quote",
                "",
                "--no-header",
                "--skip-lines",
                "2",
                "--null",
                "N/A",
                "--null",
                "-",
                "--decimal-comma",
                "--date-format",
                "%d.%m.%Y",
                "--type",
                "zip:string");

        assertThat(onlySent().query())
                .isEqualTo("separator=tab&quote=&header=false&skipLines=2&null=N%2FA&null=-&decimalComma=true"
                        + "&dateFormat=%25d.%25m.%25Y&type=zip%3Astring&preview=true");
        assertThat(ran.out()).startsWith("a.csv: {\"separator\":\";\"}\n").contains("01");
    }

    @Test
    void sendsAWorkbookWithTheSheetThatIsRead() throws IOException {
        Files.writeString(folder.resolve("w.xlsx"), "x");

        load("default.t", "w.xlsx", "--sheet", "March 26");

        assertThat(onlySent().query()).isEqualTo("sheet=March%2026");
        assertThat(onlySent().header("Content-type"))
                .isEqualTo("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    }

    @Test
    void knowsCompressedTextByItsName() throws IOException {
        Files.writeString(folder.resolve("z.tsv.gz"), "x");

        Ran.with(
                server.environment(),
                "load",
                "default.t",
                folder.resolve("z.tsv.gz").toString());

        assertThat(onlySent().header("Content-type")).isEqualTo("text/tab-separated-values");
    }

    @Test
    void namesTheFileThatWasRefused() {
        server.close();
        server = FakeServer.answering(400, "{\"success\": false, \"error\": \"column x is missing\"}");

        Ran ran = load("default.t", "a.csv", "b.jsonl");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).isEqualTo("error: a.csv: column x is missing\n");
        assertThat(sent()).hasSize(1);
    }

    @Test
    void sendsSeveralFilesAsOneBody() throws IOException {
        Files.writeString(folder.resolve("d.csv"), "x\n20\n");

        Ran ran = load("default.t", "a.csv", "d.csv", "--together", "--mode", "overwrite");

        assertThat(onlySent().method()).isEqualTo("PUT");
        assertThat(onlySent().query()).isEqualTo("files=4,5");
        assertThat(onlySent().body()).isEqualTo("x\n1\nx\n20\n");
        assertThat(ran.out()).startsWith("2 files: 7 rows replaced those of default.t (");
        Ran mixed = load("default.t", "a.csv", "b.jsonl", "--together");
        assertThat(mixed.exit()).isEqualTo(2);
        assertThat(mixed.err())
                .startsWith("error: --together takes files of one format: b.jsonl is ndjson, and a.csv is csv.\n");
    }

    /** The requests with a file. */
    private List<FakeServer.Asked> sent() {
        return server.asked().stream()
                .filter(asked -> !asked.method().equals("GET"))
                .toList();
    }

    private FakeServer.Asked onlySent() {
        assertThat(sent()).hasSize(1);
        return sent().getFirst();
    }

    private Ran load(String table, String... words) {
        List<String> all = new ArrayList<>(List.of("load", table));
        for (String word : words) {
            all.add(word.matches("[a-z]+\\.[a-z]+") ? folder.resolve(word).toString() : word);
        }
        return Ran.with(server.environment(), all.toArray(String[]::new));
    }
}
