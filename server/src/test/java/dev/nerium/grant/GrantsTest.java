package dev.nerium.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rights on tables, as keys see them. */
@Tag("server")
@Timeout(120)
class GrantsTest {
    private TestServer server;
    private String admin;

    @BeforeEach
    void start() {
        server = TestServer.startEmpty();
        admin = server.key();
        done("CREATE TABLE sales.orders AS SELECT 1 AS id, 10 AS price");
        done("CREATE TABLE sales.returns AS SELECT 2 AS id");
        done("CREATE TABLE hr.salaries AS SELECT 3 AS id, 'ann' AS name");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String key(String name, Scope scope) {
        return server.nerium().keys().create(name, scope, Optional.empty()).text();
    }

    private Reply as(String key, String statement) {
        String before = server.key();
        server.useKey(key);
        try {
            return server.statement(statement);
        } finally {
            server.useKey(before);
        }
    }

    private Reply done(String statement) {
        Reply reply = server.statement(statement);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply;
    }

    private String rows(String key, String statement) {
        Reply reply = as(key, statement);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.rows();
    }

    @Test
    void aKeyHasItsScopeOnAllTablesUntilTheFirstGrant() {
        String analyst = key("analyst", Scope.WRITE);
        assertThat(rows(analyst, "SELECT id FROM hr.salaries")).isEqualTo("[[3]]");
        assertThat(server.get("/api/v2/grants").text()).isEqualTo("{\"grants\":[],\"enforced\":false}");

        done("GRANT READ ON SCHEMA sales TO KEY analyst");

        assertThat(rows(analyst, "SELECT id FROM sales.orders")).isEqualTo("[[1]]");
        assertThat(as(analyst, "SELECT id FROM hr.salaries").error())
                .isEqualTo(as(analyst, "SELECT id FROM hr.nothing_here").error().replace("nothing_here", "salaries"))
                .contains("There is no namespace 'hr' in the catalog 'oleander'");
        assertThat(rows(analyst, "SHOW TABLES"))
                .isEqualTo("[[\"sales\",\"orders\"],[\"sales\",\"returns\"],[\"telemetry\",\"x\"]]");
        assertThat(as(admin, "SELECT id FROM hr.salaries").status()).isEqualTo(200);
    }

    @Test
    void whatWasOnceGrantedStaysClosedAfterTheLastGrantIsRevoked() {
        String analyst = key("analyst", Scope.READ);
        done("GRANT READ ON ALL CATALOGS TO PUBLIC");
        assertThat(rows(analyst, "SELECT id FROM hr.salaries")).isEqualTo("[[3]]");

        done("REVOKE READ ON ALL CATALOGS FROM PUBLIC");

        assertThat(as(analyst, "SELECT id FROM hr.salaries").status()).isEqualTo(400);
        assertThat(server.get("/api/v2/grants").text()).isEqualTo("{\"grants\":[],\"enforced\":true}");
        server.restart();
        assertThat(as(analyst, "SELECT id FROM hr.salaries").status()).isEqualTo(400);
    }
}
