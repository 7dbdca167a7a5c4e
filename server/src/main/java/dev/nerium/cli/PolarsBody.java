package dev.nerium.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds the body of a workload's request, with the fields that every client sends. */
final class PolarsBody {
    private final ObjectNode body = new ObjectMapper().createObjectNode();

    private PolarsBody(String mode, String field, String text) {
        body.put("mode", mode).put(field, text);
        body.putArray("tables");
        body.putObject("params");
        body.put("distributed", false).put("saveMode", "overwrite");
    }

    static PolarsBody query(String sql) {
        return new PolarsBody("query", "query", sql);
    }

    static PolarsBody script(String source) {
        return new PolarsBody("script", "script", source);
    }

    PolarsBody tables(List<String> tables) {
        ArrayNode array = body.putArray("tables");
        tables.forEach(array::add);
        return this;
    }

    PolarsBody params(Map<String, String> params) {
        ObjectNode object = body.putObject("params");
        params.forEach(object::put);
        return this;
    }

    PolarsBody saveMode(String mode) {
        body.put("saveMode", mode);
        return this;
    }

    PolarsBody distributed() {
        body.put("distributed", true);
        return this;
    }

    PolarsBody explain() {
        body.put("explain", true);
        return this;
    }

    /** A field that is left out where it was not given. */
    <T> PolarsBody with(String field, Optional<T> value) {
        value.ifPresent(given -> body.set(field, new ObjectMapper().valueToTree(given)));
        return this;
    }

    ObjectNode json() {
        return body;
    }
}
