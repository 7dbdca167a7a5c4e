package dev.nerium.cli.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.cli.shell.CliException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The response to a workload: its rows as the received text, so that numbers are not changed, and the other fields.
 *
 * @param results JSON text of {@code {columns, column_types, rows}}; empty where there is none
 * @param rest every other field
 */
public record WorkloadReply(String results, JsonNode rest) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public static WorkloadReply parse(String body) {
        String results = "";
        ObjectNode rest = MAPPER.createObjectNode();
        try (JsonParser parser = new JsonFactory().setCodec(MAPPER).createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw notAnAnswer("it is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("results") && value == JsonToken.START_OBJECT) {
                    results = slice(parser, body);
                } else {
                    rest.set(field, parser.<JsonNode>readValueAsTree());
                }
            }
            return new WorkloadReply(results, rest);
        } catch (IOException e) {
            throw notAnAnswer(String.valueOf(e.getMessage()));
        }
    }

    public boolean hasResults() {
        return !results.isEmpty();
    }

    /** The same without rows, if it is the response to a statement that only changes something. */
    public WorkloadReply withoutRowsOfChange() {
        return rest.has("saved") || !hasColumns() ? new WorkloadReply("", rest) : this;
    }

    private boolean hasColumns() {
        try (JsonParser parser = new JsonFactory().createParser(results)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.START_ARRAY) {
                    return parser.nextToken() != JsonToken.END_ARRAY;
                }
            }
            return false;
        } catch (IOException e) {
            throw notAnAnswer(String.valueOf(e.getMessage()));
        }
    }

    public Rows rows() {
        try (JsonParser parser = new JsonFactory().createParser(results)) {
            List<String> columns = List.of();
            List<String> types = List.of();
            List<List<Cell>> rows = List.of();
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "columns" -> columns = names(parser);
                    case "column_types" -> types = names(parser);
                    case "rows" -> rows = rows(parser);
                    default -> parser.skipChildren();
                }
            }
            return new Rows(columns, types, rows);
        } catch (IOException e) {
            throw notAnAnswer(String.valueOf(e.getMessage()));
        }
    }

    private List<List<Cell>> rows(JsonParser parser) throws IOException {
        List<List<Cell>> rows = new ArrayList<>();
        while (parser.nextToken() == JsonToken.START_ARRAY) {
            List<Cell> row = new ArrayList<>();
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                row.add(cell(parser, token));
            }
            rows.add(row);
        }
        return rows;
    }

    private Cell cell(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return new Cell.Absent();
        }
        return new Cell.Value(token.isStructStart() ? slice(parser, results) : parser.getText());
    }

    private static List<String> names(JsonParser parser) throws IOException {
        List<String> names = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            names.add(parser.getText());
        }
        return names;
    }

    /** Returns the text of the object or array at the parser's position, and moves the parser behind it. */
    private static String slice(JsonParser parser, String text) throws IOException {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        return text.substring(start, (int) parser.currentLocation().getCharOffset());
    }

    private static CliException notAnAnswer(String why) {
        return new CliException("the server's response can't be read", why, "is a Nerium server at this URL?");
    }
}
