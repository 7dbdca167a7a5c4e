package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Values of every type of Polars, from a script's frame to the characters of the reply. */
@Tag("server")
class DtypesTest {
    private static TestServer server;
    private static Reply reply;
    private static List<List<String>> rows;

    @BeforeAll
    static void run() throws IOException {
        server = TestServer.startEmpty();
        try (InputStream script = DtypesTest.class.getResourceAsStream("/contract/dtypes.py")) {
            reply = server.script(new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
        }
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        rows = cells(reply.text());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Each line of the file: column, type, and the three cells as JSON. */
    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/contract/dtypes.csv", delimiter = '|', quoteCharacter = '~')
    void keepsEveryValueExact(String column, String dtype, String first, String second, String third) {
        List<String> columns = new ArrayList<>();
        reply.json().at("/results/columns").forEach(name -> columns.add(name.asText()));
        int index = columns.indexOf(column);

        assertThat(reply.json().at("/results/column_types/" + index).asText()).isEqualTo(dtype);
        assertThat(rows).extracting(row -> row.get(index)).containsExactly(first, second, third);
    }

    @Test
    void looksAtEveryColumn() throws IOException {
        try (InputStream lines = DtypesTest.class.getResourceAsStream("/contract/dtypes.csv")) {
            String text = new String(Objects.requireNonNull(lines).readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text.lines().count())
                    .isEqualTo(reply.json().at("/results/columns").size());
        }
    }

    /** The rows' cells as the reply has them, character by character: a parsed number would hide its digits. */
    private static List<List<String>> cells(String json) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        try (JsonParser parser = Requests.JSON.createParser(json)) {
            while (!"rows".equals(parser.currentName())) {
                parser.nextToken();
            }
            parser.nextToken();
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                rows.add(row(parser, json));
            }
        }
        return rows;
    }

    private static List<String> row(JsonParser parser, String json) throws IOException {
        List<String> row = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            int start = (int) parser.currentTokenLocation().getCharOffset();
            parser.skipChildren();
            parser.finishToken();
            row.add(json.substring(start, (int) parser.currentLocation().getCharOffset()));
        }
        return row;
    }
}
