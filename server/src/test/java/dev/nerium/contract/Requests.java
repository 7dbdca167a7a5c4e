package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.Map;

/** What the contract's tests send, and what is true of every refusal. */
final class Requests {
    static final String POLARS = "/api/v1/warehouse/polars";
    static final ObjectMapper JSON = new ObjectMapper();

    private Requests() {}

    /** A query that works, with some of its fields changed: {@code "vcpus": 3}. */
    static String query(String changes) {
        return changed("""
                {"mode": "query", "query": "select 1 as a from t limit 1", "tables": ["t=default.flowers"]}""", changes);
    }

    /** A script that works, with some of its fields changed. */
    static String script(String changes) {
        return changed("""
                {"mode": "script", "script": "result = pl.DataFrame({'a': [1]})"}""", changes);
    }

    /** Sends a query over one table, which may have any alias. */
    static Reply query(TestServer server, String sql, Object table) {
        return server.post(
                POLARS,
                JSON.valueToTree(Map.of("mode", "query", "query", sql, "tables", new Object[] {table}))
                        .toString());
    }

    /** Asserts a 400 with exactly this code and this sentence, and nothing of our own code in it. */
    static void assertRefused(Reply reply, String code, String error) {
        assertThat(reply.error()).isEqualTo(error);
        assertThat(reply.json().path("code").asText()).isEqualTo(code);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("success").isBoolean()).isTrue();
        assertThat(reply.json().path("success").asBoolean()).isFalse();
        assertThat(reply.details()).isNotBlank();
        assertThat(reply.text()).doesNotContain("dev.nerium", "java.", "jackson", "nerium_worker/");
    }

    private static String changed(String body, String changes) {
        JsonNode changed = node("{" + changes + "}");
        ObjectNode request = (ObjectNode) node(body);
        changed.properties().forEach(change -> request.set(change.getKey(), change.getValue()));
        return request.toString();
    }

    private static JsonNode node(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }
}
