package dev.nerium.contract;

import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files as people have them, through the API: their rows are in the table, or a 400 says where one is not. */
@Tag("server")
class UploadTest {
    private static final String CSV = "text/csv";
    private static final String NDJSON = "application/x-ndjson";
    private static final String PARQUET = "application/vnd.apache.parquet";
    private static final String TABLES = "/iceberg/v1/oleander/namespaces/up/tables";
    private static final String ID = "550e8400-e29b-41d4-a716-446655440000";
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
    void csvOfEveryDialectHasItsRows() {
        for (String text : new String[] {
            "a,b\n1,x\n\n2,y\n",
            "a;b\r1;x\r2;y\r",
            "a\tb\r\n1\tx\r\n2\ty\r\n",
            "sep=|\na|b\n1|x\n2|y\n",
            "\uFEFFa,b\n1,x\n2,y"
        }) {
            assertSaved(put("dialect", CSV, "", text), 2);
            assertThat(rows("select * from t", "dialect")).isEqualTo("[[1,\"x\"],[2,\"y\"]]");
        }
    }

    @Test
    void leadingZerosAndLateKeysAreKept() {
        assertSaved(put("zips", CSV, "", "zip,n\n" + "1,1\n".repeat(6000) + "01234,2\n"), 6001);
        assertThat(rows("select zip from t where n = 2", "zips")).isEqualTo("[[\"01234\"]]");

        assertSaved(put("late", NDJSON, "", "{\"a\":1}\n".repeat(100_001) + "{\"a\":2,\"b\":\"x\"}\n"), 100_002);
        assertThat(rows("select * from t where a = 2", "late")).isEqualTo("[[2,\"x\"]]");
    }

    @Test
    void anAppendReadsWithTheTypesOfTheTable() {
        put("typed", CSV, "", "id,amount,day,name\n1,1.5,2024-01-01,x\n");

        for (String row : new String[] {"2,2,2024-01-02,y", "3,2.5,2024-01-03,007", "4,2.5,,z", "5,,2024-01-03,z"}) {
            assertSaved(post("typed", CSV, "", "id,amount,day,name\n" + row + "\n"), 1);
        }
        assertSaved(post("typed", CSV, "", "id,amount,day,name\n"), 0);
        assertSaved(post("typed", NDJSON, "", "{\"id\":6,\"amount\":7,\"day\":\"2024-01-05\",\"name\":null}\n"), 1);

        assertThat(rows("select * from t where id in (2, 3, 5, 6) order by id", "typed"))
                .isEqualTo("[[2,2.0,\"2024-01-02\",\"y\"],[3,2.5,\"2024-01-03\",\"007\"],"
                        + "[5,null,\"2024-01-03\",\"z\"],[6,7.0,\"2024-01-05\",null]]");
        assertRefused(
                post("typed", CSV, "", "id,amount,day,name\n7,1,,x\n8,many,,y\n"),
                "UPLOAD_FAILED",
                "Row 2 has the value 'many' in the column 'amount', which is double in the table.");
        assertThat(rows("select count(*) as n from t", "typed")).isEqualTo("[[6]]");
    }

    @Test
    void nothingIsNoTypeOfItsOwn() {
        put("notes", NDJSON, "", "{\"id\":1,\"note\":\"x\",\"tags\":[\"a\"]}\n");

        assertSaved(post("notes", NDJSON, "", "{\"id\":2,\"note\":null,\"tags\":[]}\n"), 1);

        assertThat(rows("select * from t where id = 2", "notes")).isEqualTo("[[2,null,[]]]");
    }

    @Test
    void aScriptsColumnOfNullsTakesTheTypeOfTheTable() {
        put("script", CSV, "", "a,day\n1,2024-01-01\n");

        Reply reply = server.script(
                "result = pl.DataFrame({'a': [2], 'day': [None]})",
                Map.of("destination", "up.script", "saveMode", "append"));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(rows("select * from t where a = 2", "script")).isEqualTo("[[2,null]]");
        assertRefused(
                server.script("result = pl.DataFrame({'a': [2], 'day': [None]})", Map.of("destination", "up.untyped")),
                "UNSUPPORTED_RESULT_TYPE",
                "Column 'day' has the type Null, which an Iceberg table can't hold.");
        server.script("result = pl.DataFrame({'a': [2], 'day': [None]})", Map.of("destination", "not_made.untyped"));
        assertThat(server.get("/api/v1/catalogs/oleander/namespaces").text()).doesNotContain("not_made");
    }

    @Test
    void aPreviewWritesAndCreatesNothing() {
        Reply reply = post("previewed", CSV, "?preview=true", "zip;day\n01234;2024-01-31\n99999;2024-02-01\n");

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.json().path("sniffed").toString())
                .isEqualTo("{\"separator\":\";\",\"encoding\":\"utf-8\",\"header\":true}");
        assertThat(reply.json().path("results").path("column_types").toString()).isEqualTo("[\"String\",\"Date\"]");
        assertThat(reply.rows()).isEqualTo("[[\"01234\",\"2024-01-31\"],[\"99999\",\"2024-02-01\"]]");
        assertThat(reply.json().path("row_count").asInt()).isEqualTo(2);
        assertThat(reply.json().has("saved")).isFalse();
        assertRefused(
                server.query("select * from t", "t=up.previewed"),
                "UNKNOWN_TABLE",
                "There is no table 'up.previewed'.");
    }

    @Test
    void aPreviewShowsTheTypesOfTheTableThatIsAppendedTo() {
        put("shown", CSV, "", "a\n1.5\n");

        Reply reply = post("shown", CSV, "?preview=true", "a\n1\n");

        assertThat(reply.json().path("results").path("column_types").toString()).isEqualTo("[\"Float64\"]");
        assertThat(rows("select count(*) as n from t", "shown")).isEqualTo("[[1]]");
    }

    @Test
    void theParametersSayHowAFileIsRead() {
        String query = "?separator=tab&skipLines=1&comment=%23&null=-&decimalComma=true&dateFormat=%25d.%25m.%25Y"
                + "&timeFormat=%25H.%25M.%25S&quote=%27&type=zip:string&ragged=truncate";
        assertSaved(
                put(
                        "said",
                        CSV,
                        query,
                        "report\nzip\tday\tat\tn\n#none\n1\t31.12.2024\t10.20.30\t1,5\n2\t-\t-\t'2'\tx\n"),
                2);

        assertThat(rows("select * from t", "said"))
                .isEqualTo("[[\"1\",\"2024-12-31\",\"10:20:30.000000000\",1.5],[\"2\",null,null,2.0]]");
    }

    @Test
    void otherFormatsAreRead() throws IOException {
        assertSaved(put("list", "application/json", "", "[{\"a\":1,\n\"b\":\"x\"},{\"a\":2}]"), 2);
        assertThat(rows("select * from t", "list")).isEqualTo("[[1,\"x\"],[2,null]]");
        assertSaved(put("tsv", "text/tab-separated-values", "", "a\tb\n1,5\tx\n"), 1);
        assertThat(rows("select * from t", "tsv")).isEqualTo("[[\"1,5\",\"x\"]]");
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write("a,b\n1,2\n".getBytes(StandardCharsets.UTF_8));
        }
        assertSaved(send("PUT", "packed", CSV, "", packed.toByteArray()), 1);
        byte[] windows = "a,b\n1,\u00fc\n".getBytes(StandardCharsets.ISO_8859_1);
        assertSaved(send("PUT", "windows", CSV, "?encoding=windows-1252", windows), 1);
        assertThat(rows("select b from t", "windows")).isEqualTo("[[\"\u00fc\"]]");
        assertRefused(
                send("PUT", "windows", CSV, "", windows),
                "UPLOAD_FAILED",
                "Line 2 of the upload has a byte that is not UTF-8, at byte 3 of the line.");
    }

    @Test
    void aSheetOfAWorkbookIsRead() throws IOException {
        String type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        byte[] workbook = workbook(
                "<c t='inlineStr'><is><t>zip</t></is></c><c t='inlineStr'><is><t>n</t></is></c>",
                "<c t='inlineStr'><is><t>007</t></is></c><c><v>2</v></c>");
        Reply preview = send("PUT", "book", type, "?preview=true", workbook);
        assertThat(preview.json().path("sniffed").toString())
                .as(preview.text())
                .isEqualTo("{\"header\":true,\"sheet\":\"First\",\"sheets\":[\"First\",\"Second\"]}");
        assertThat(preview.json().path("format").asText()).isEqualTo("excel");

        assertSaved(send("PUT", "book", type, "", workbook), 1);
        assertSaved(send("POST", "book", type, "?sheet=2", workbook), 1);

        assertThat(rows("select * from t", "book")).isEqualTo("[[\"007\",2],[\"007\",2]]");
        assertRefused(
                put("book", "application/vnd.ms-excel", "", "a,b\n1,2\n"),
                "UPLOAD_FAILED",
                "The upload can't be read as an Excel workbook: it does not begin like one.");
        assertRefused(
                send("POST", "book", type, "?sheet=Third", workbook),
                "UPLOAD_FAILED",
                "The workbook has no sheet 'Third'.");
    }

    /** Two sheets with the same cells, as XML. */
    private static byte[] workbook(String... rows) throws IOException {
        String sheet = "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
                + Stream.of(rows).map(row -> "<row>" + row + "</row>").collect(Collectors.joining())
                + "</sheetData></worksheet>";
        String types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        Map<String, String> parts = Map.of(
                "xl/workbook.xml",
                "<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"
                        + " xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets>"
                        + "<sheet name='First' sheetId='1' r:id='a'/><sheet name='Second' sheetId='2' r:id='b'/>"
                        + "</sheets></workbook>",
                "xl/_rels/workbook.xml.rels",
                "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
                        + "<Relationship Id='a' Type='TYPES/worksheet' Target='worksheets/one.xml'/>"
                                .replace("TYPES", types)
                        + "<Relationship Id='b' Type='TYPES/worksheet' Target='worksheets/two.xml'/></Relationships>"
                                .replace("TYPES", types),
                "_rels/.rels",
                "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
                        + "<Relationship Id='r' Type='TYPES/officeDocument' Target='xl/workbook.xml'/></Relationships>"
                                .replace("TYPES", types),
                "xl/worksheets/one.xml",
                sheet,
                "xl/worksheets/two.xml",
                sheet);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, String> part : parts.entrySet()) {
                zip.putNextEntry(new ZipEntry(part.getKey()));
                zip.write(part.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '~', textBlock = """
            ?seperator=;~There is no parameter 'seperator'. Did you mean 'separator'?
            ?separator=ab~separator is 'ab': expected one ASCII character, such as ';', or tab.
            ?quote=xx~quote is 'xx': expected one ASCII character, or nothing if fields are never quoted.
            ?header=maybe~header is 'maybe': expected true or false.
            ?skipLines=-1~skipLines is '-1': expected a number from 0 to 999999.
            ?encoding=ebcdic~encoding is 'ebcdic': expected one of utf-8, utf-16, windows-1252, iso-8859-1.
            ?ragged=cut~ragged is 'cut': expected refuse, pad or truncate.
            ?type=zip~type is 'zip': expected COLUMN:TYPE, such as zip:string.
            ?separator=,&decimalComma=true~separator is ',' and decimalComma is true: choose another separator.
            """)
    void aWrongParameterIsNamed(String query, String error) {
        Reply reply = post("refused", CSV, query, "a,b\n1,2\n");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).startsWith(error);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '~', textBlock = """
            text/csv~a,b1,23,4~The upload is one line, 4 columns, without a line end: it has no rows.
            text/csv~a,b|1|2,3|~Row 2 of the file, counted with the header, has 1 field, and the header has 2.
            application/x-ndjson~{"a":1}|{"a":|~Line 2 of the upload is not JSON: expecting value at character 6.
            application/x-ndjson~{"a":"\\ud83d"}|~Line 1 of the upload has the escape \\ud83d, half of a surrogate pair, which is not a character.
            application/x-ndjson~{"a":1}{"a":2}|~Line 1 of the upload has several objects in one line.
            application/vnd.apache.parquet~PAR1 and so on~The upload can't be read as parquet: it ends before its footer.
            """)
    void aBadFileIsRefusedWithItsPlace(String type, String text, String error) {
        assertRefused(put("refused", type, "", text.replace('|', '\n')), "UPLOAD_FAILED", error);
        assertRefused(
                server.query("select * from t", "t=up.refused"), "UNKNOWN_TABLE", "There is no table 'up.refused'.");
    }

    @Test
    void severalFilesAreOneCommit() {
        assertSaved(put("together", CSV, "?files=8,8,8", "a,b\n1,x\na,b\n2,y\nb,a\nz,3\n"), 3);
        assertSaved(post("together", CSV, "?files=8,4", "a,b\n4,x\na,b\n"), 1);

        assertThat(rows("select a, b from t order by a", "together"))
                .isEqualTo("[[1,\"x\"],[2,\"y\"],[3,\"z\"],[4,\"x\"]]");
        assertThat(rows("select count(*) from t", "together$snapshots")).isEqualTo("[[2]]");
    }

    @Test
    void aBadFileAmongSeveralLeavesTheTableAsItWas() {
        assertSaved(put("whole", CSV, "", "a\n1\n"), 1);

        for (String[] refused : new String[][] {
            {"?files=4,4,4", "a\n2\na\n3\na\nx\n", "File 3 of 3: "},
            {"?files=4,6", "a\n2\na,b\n3,", "File 2 of 2: "},
            {"?files=4,5", "a\n2\na\n3\n", "The body ends within file 2: "},
            {"?files=4,3", "a\n2\na\n3\n", "The body has data after the last file"},
            {"?files=4,", "a\n2\n", "files is '4,': expected the sizes in bytes"}
        }) {
            Reply reply = post("whole", CSV, refused[0], refused[1]);
            assertThat(reply.status()).as(reply.text()).isEqualTo(400);
            assertThat(reply.error()).startsWith(refused[2]);
        }
        assertThat(put("never", CSV, "?files=4,4", "a\n2\nb\n3\n").error())
                .isEqualTo("File 2 of 2: It lacks the column 'a' of the first file.");

        assertThat(rows("select a from t", "whole")).isEqualTo("[[1]]");
        assertThat(server.get(TABLES + "/never").status()).isEqualTo(404);
    }

    private static void assertSaved(Reply reply, int rows) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.json().path("saved").path("rows_written").asInt()).isEqualTo(rows);
    }

    private static String rows(String sql, String table) {
        return server.query(sql, "t=up." + table).rows();
    }

    @Test
    void uuidsOfAFileAreUuidsOfItsTable() throws IOException {
        byte[] file = fileWithUuids();

        Reply preview = send("POST", "ids", PARQUET, "?preview=true", file);
        assertThat(preview.rows()).isEqualTo("[[\"" + ID + "\"],[null]]");
        assertSaved(send("PUT", "ids", PARQUET, "", file), 2);
        assertSaved(send("POST", "ids", PARQUET, "", file), 2);

        assertThat(server.get(TABLES + "/ids").json().findPath("fields").toString())
                .contains("\"type\":\"uuid\"");
        assertThat(rows("select id, count(*) as n from t where id = '" + ID + "' group by id", "ids"))
                .isEqualTo("[[\"" + ID + "\",2]]");
        assertSaved(send("PUT", "ids", PARQUET, "", file), 2);
        assertThat(rows("select count(*) as n, count(id) as ids from t", "ids")).isEqualTo("[[2,1]]");

        put("texts", CSV, "", "id\nx\n");
        assertSaved(send("POST", "texts", PARQUET, "", file), 2);
        assertThat(rows("select id from t where id <> 'x'", "texts")).isEqualTo("[[\"" + ID + "\"]]");
    }

    /** A data file of a table with a UUID and a null, as Iceberg defines it. */
    private static byte[] fileWithUuids() throws IOException {
        put("first", CSV, "", "a\n1\n");
        server.post(TABLES, """
                {"name": "source", "schema": {"type": "struct", "schema-id": 0, "fields": [
                    {"id": 1, "name": "id", "required": false, "type": "uuid"}]}}""");
        assertSaved(put("source", CSV, "", "id\n" + ID + "\n\n"), 2);
        try (Stream<Path> files = Files.walk(server.home().resolve("lake/warehouse/up/source"))) {
            return Files.readAllBytes(files.filter(path -> path.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow());
        }
    }

    private static Reply put(String table, String type, String query, String text) {
        return send("PUT", table, type, query, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Reply post(String table, String type, String query, String text) {
        return send("POST", table, type, query, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Reply send(String method, String table, String type, String query, byte[] file) {
        return server.send(server.request("/api/v1/catalogs/oleander/namespaces/up/tables/" + table + query)
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofByteArray(file))
                .build());
    }
}
