package dev.nerium.interop;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * One read of a table, and the rows that the table's maker reads.
 *
 * @param name the table as a request names it
 * @param text SQL over the alias {@code t}, or a script
 * @param expected the rows as Nerium writes them in JSON, in any order
 */
record Read(String name, String mode, String text, List<String> expected) {
    /** @param reads a list of {@code {table, mode, text, rows}} */
    static Stream<Read> all(JsonNode reads) {
        return StreamSupport.stream(reads.spliterator(), false)
                .map(read -> new Read(
                        read.path("table").asText(),
                        read.path("mode").asText(),
                        read.path("text").asText(),
                        rows(read.path("rows"))));
    }

    void assertAnsweredAlikeBy(TestServer server) {
        Reply reply = mode.equals("query") ? server.query(text, "t=" + name) : server.script(text);
        assertThat(reply.status()).as("%s%n%s", this, reply.text()).isEqualTo(200);
        assertThat(rows(reply.json().at("/results/rows"))).as(toString()).isEqualTo(expected);
    }

    /** Sorted: the order of a table's rows means nothing. */
    private static List<String> rows(JsonNode rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> withSortedMaps(row).toString())
                .sorted()
                .toList();
    }

    /** Nor does the order of a map's entries. */
    private static JsonNode withSortedMaps(JsonNode value) {
        if (value.isObject()) {
            value.properties().forEach(field -> field.setValue(withSortedMaps(field.getValue())));
        }
        if (!value.isArray()) {
            return value;
        }
        Stream<JsonNode> items =
                StreamSupport.stream(value.spliterator(), false).map(Read::withSortedMaps);
        boolean map = value.path(0).has("key") && value.path(0).has("value");
        return new ArrayNode(
                JsonNodeFactory.instance, (map ? items.sorted(comparing(JsonNode::toString)) : items).toList());
    }

    /** The name of the test. */
    @Override
    public String toString() {
        return name + ": " + text;
    }
}
