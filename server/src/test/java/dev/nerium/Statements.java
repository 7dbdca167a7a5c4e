package dev.nerium;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer.Reply;

/** Executes statements on a server by {@code POST /api/v1/query}. */
public record Statements(TestServer server) {
    /** The response to a statement that is executed. */
    public JsonNode done(String sql) {
        Reply reply = server.statement(sql);
        assertThat(reply.status()).as(sql + "\n" + reply.text()).isEqualTo(200);
        return reply.json();
    }

    /** The rows of a query, as JSON. */
    public String rows(String sql) {
        return done(sql).at("/results/rows").toString();
    }
}
