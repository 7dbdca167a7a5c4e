package dev.nerium.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds the body of a workload's request, with the fields that every client sends. */
public final class WorkloadBody {
    private final ObjectNode body = new ObjectMapper().createObjectNode();

    private WorkloadBody(String field, String text) {
        body.put(field, text);
        body.putArray("tables");
        body.putObject("params");
        body.put("distributed", false).put("saveMode", "overwrite");
    }

    public static WorkloadBody query(String sql) {
        return new WorkloadBody("query", sql).mode("query");
    }

    /** Any statement, for the route that has no modes. */
    public static WorkloadBody statement(String sql) {
        return new WorkloadBody("query", sql);
    }

    public static WorkloadBody script(String source) {
        return new WorkloadBody("script", source).mode("script");
    }

    /** Whether it executes a script, which may print. */
    public boolean isExecutedScript() {
        return body.has("script") && !body.has("explain");
    }

    private WorkloadBody mode(String mode) {
        body.put("mode", mode);
        return this;
    }

    public WorkloadBody tables(List<String> tables) {
        ArrayNode array = body.putArray("tables");
        tables.forEach(array::add);
        return this;
    }

    public WorkloadBody params(Map<String, JsonNode> params) {
        body.putObject("params").setAll(params);
        return this;
    }

    public WorkloadBody saveMode(String mode) {
        body.put("saveMode", mode);
        return this;
    }

    public WorkloadBody distributed() {
        body.put("distributed", true);
        return this;
    }

    public WorkloadBody explain() {
        body.put("explain", true);
        return this;
    }

    public WorkloadBody withoutCache() {
        body.put("cache", false);
        return this;
    }

    /** A field that is left out where it was not given. */
    public <T> WorkloadBody with(String field, Optional<T> value) {
        value.ifPresent(given -> body.set(field, new ObjectMapper().valueToTree(given)));
        return this;
    }

    public ObjectNode json() {
        return body;
    }
}
