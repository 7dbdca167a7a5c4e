package dev.nerium.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.Stream;

/** The values of the params of a run, which may be secrets. */
final class ParamValues {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ParamValues() {}

    /** The record of a script has its values, that of a query only their types: its values are in its request. */
    static List<String> of(Run run) {
        NewRun.What what = run.what();
        return what.params().isEmpty() || !what.mode().equals("query")
                ? List.copyOf(what.params().values())
                : run.request().map(ParamValues::inRequest).orElse(List.of());
    }

    private static List<String> inRequest(String body) {
        try {
            return texts(JSON.readTree(body).path("params")).toList();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a recorded request is not JSON", e);
        }
    }

    private static Stream<String> texts(JsonNode node) {
        return node.isValueNode()
                ? Stream.of(node.asText())
                : node.valueStream().flatMap(ParamValues::texts);
    }
}
