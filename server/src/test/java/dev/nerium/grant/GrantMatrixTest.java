package dev.nerium.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every route with every right. A new route is not served before it has a line here. What a key without any right gets is compared
 * with what it gets for a table that does not exist: the same, except for the name.
 */
@Tag("server")
@Timeout(120)
class GrantMatrixTest {
    /** Without rights, then with one of each. */
    private static final List<String> KEYS = List.of("none", "read", "write", "create", "drop", "manage");

    /**
     * By route: what the rights are granted on ({@code table}, {@code view} or {@code schema}, the table's; empty if the route leads
     * to no table), the query, the body, and the status for each of the keys.
     */
    private static final String RULES = """
            GET /health | | | | 200
            GET /ready | | | | 200
            GET /openapi.yaml | | | | 200
            GET /api/v2/runtime | | | | 200
            GET /api/v2/status | | | | 403
            GET / | | | | 200
            GET /assets/{name} | | | | 404
            GET /docs | | | | 200
            GET /docs/swagger-ui.css | | | | 200
            GET /docs/swagger-ui-bundle.js | | | | 200
            GET /metrics | | | | 200
            POST /api/v1/warehouse/polars | table | | {"mode": "query", "query": "SELECT * FROM l", "tables": ["l=SCHEMA.TABLE"]} | 400 200 403 403 403 200
            POST /api/v1/query | table | | {"query": "SELECT * FROM SCHEMA.TABLE"} | 400 200 403 403 403 200
            POST /api/v1/warehouse/query | table | | {"query": "SELECT * FROM SCHEMA.TABLE"} | 400 200 403 403 403 200
            GET /api/v2/me | | | | 200
            GET /api/v2/keys | | | | 403
            POST /api/v2/keys | | | {"name": "a", "scope": "read"} | 403
            DELETE /api/v2/keys/{id} | | | | 403
            POST /api/v2/keys/{id}/rotate | | | | 403
            PUT /api/v2/keys/{id}/groups | | | {"groups": []} | 403
            GET /api/v1/environment-variables | | | | 403
            POST /api/v1/environment-variables | | | {"name": "a", "value": "b"} | 403
            GET /api/v1/environment-variables/{id} | | | | 403
            DELETE /api/v1/environment-variables/{id} | | | | 403
            GET /api/v2/spark/artifacts | | | | 200
            GET /api/v2/spark/clusters/{name} | | | | 400
            POST /api/v2/spark/jobs | | | {} | 400
            POST /api/v2/spark/query | | | {} | 400
            GET /api/v2/runs | | | | 200
            GET /api/v2/runs/{id} | | | | 404
            DELETE /api/v2/runs/{id} | | | | 404
            GET /api/v2/runs/{id}/logs | | | | 404
            GET /api/v2/runs/{id}/events | | | | 404
            GET /api/v2/runs/{id}/plan | | | | 404
            GET /api/v2/runs/{id}/profile | | | | 404
            POST /api/v2/runs/{id}/replay | | | | 404
            GET /api/v2/runs/{id}/result | | | | 404
            GET /api/v2/runs/{id}/lineage | | | | 404
            POST /api/v1/lineage | | | {"eventTime": "2026-11-01T12:00:00Z", "producer": "p", "run": {"runId": "00000000-0000-7000-8000-000000000000"}, "job": {"namespace": "n", "name": "j"}} | 200
            GET /api/v1/events | | start=0&end=99999999999&limit=1000 | | 200
            GET /api/v1/lineage/graph | | namespace=elsewhere&name=out&columns=true&include_readers=true | | 404
            GET /api/v1/catalogs | | counts=true | | 200
            GET /api/v1/catalogs/{catalog}/namespaces | | | | 200
            GET /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables | schema | | | 404 200 200 200 200 200
            GET /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table} | table | | | 404 200 403 403 403 200
            POST /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table} | table | | a\\n2\\n | 403 403 200 403 403 200
            PUT /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table} | table | | a\\n2\\n | 403 403 200 403 403 200
            GET /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/size | table | | | 404 200 403 403 403 200
            GET /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/refs | table | | | 404 200 403 403 403 200
            POST /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/refs | table | | {"name": "x", "type": "branch"} | 404 403 200 403 403 200
            POST /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/refs/fast-forward | table | | {"to": "x"} | 404 403 400 403 403 400
            POST /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/refs/drop | table | | {"name": "x", "type": "branch"} | 404 403 400 403 403 400
            POST /api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/compact | table | | {} | 404 403 403 403 403 200
            POST /api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/expire | table | | {} | 404 403 403 403 403 200
            POST /api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/remove-orphans | table | | {} | 404 403 403 403 403 200
            POST /api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/rollback | table | | {"toSnapshot": 1} | 404 403 403 403 403 400
            GET /iceberg/v1/config | | | | 200
            POST /iceberg/v1/oauth/tokens | | | grant_type=client_credentials | 401
            GET /iceberg/v1/{prefix}/namespaces | | | | 200
            POST /iceberg/v1/{prefix}/namespaces | | | {"namespace": ["SCHEMA"]} | 403
            GET /iceberg/v1/{prefix}/namespaces/{namespace} | schema | | | 404 200 200 200 200 200
            HEAD /iceberg/v1/{prefix}/namespaces/{namespace} | schema | | | 404 204 204 204 204 204
            DELETE /iceberg/v1/{prefix}/namespaces/{namespace} | empty schema | | | 404 403 403 403 204 204
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/properties | schema | | {"updates": {"a": "b"}} | 404 403 403 403 403 200
            GET /iceberg/v1/{prefix}/namespaces/{namespace}/tables | schema | | | 404 200 200 200 200 200
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/tables | schema | | {"name": "mine", "schema": {"type": "struct", "fields": []}} | 403 403 403 200 403 200
            GET /iceberg/v1/{prefix}/namespaces/{namespace}/tables/{table} | table | | | 404 200 403 403 403 200
            HEAD /iceberg/v1/{prefix}/namespaces/{namespace}/tables/{table} | table | | | 404 204 403 403 403 204
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/tables/{table} | table | | {"requirements": [], "updates": []} | 404 403 403 403 403 200
            DELETE /iceberg/v1/{prefix}/namespaces/{namespace}/tables/{table} | table | | | 404 403 403 403 204 204
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/tables/{table}/plan | table | | {} | 404 200 403 403 403 200
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics | table | | {} | 404 204 403 403 403 204
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/register | schema | | {"name": "mine", "metadata-location": "/x"} | 403
            POST /iceberg/v1/{prefix}/tables/rename | table | | {"source": {"namespace": ["SCHEMA"], "name": "TABLE"}, "destination": {"namespace": ["default"], "name": "mine"}} | 404 403 403 403 403 403
            GET /iceberg/v1/{prefix}/namespaces/{namespace}/views | schema | | | 404 200 200 200 200 200
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/views | schema | | {} | 400
            GET /iceberg/v1/{prefix}/namespaces/{namespace}/views/{view} | view | | | 404 200 403 403 403 200
            HEAD /iceberg/v1/{prefix}/namespaces/{namespace}/views/{view} | view | | | 404 204 403 403 403 204
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/views/{view} | view | | {} | 404 403 403 403 403 200
            DELETE /iceberg/v1/{prefix}/namespaces/{namespace}/views/{view} | view | | | 404 403 403 403 204 204
            POST /iceberg/v1/{prefix}/views/rename | view | | {"source": {"namespace": ["SCHEMA"], "name": "TABLE"}, "destination": {"namespace": ["default"], "name": "mine"}} | 404 403 403 403 403 403
            POST /api/v2/session | | | | 201
            GET /api/v2/session | | | | 401
            DELETE /api/v2/session | | | | 401
            PUT /api/v1/environment-variables/{id} | | | {"value": "b"} | 403
            GET /api/v2/quotas | | | | 403
            GET /api/v2/quotas/default | | | | 403
            PUT /api/v2/quotas/default | | | {"result_rows": 1} | 403
            DELETE /api/v2/quotas/default | | | | 403
            GET /api/v2/quotas/key/{id} | | | | 403
            PUT /api/v2/quotas/key/{id} | | | {"result_rows": 1} | 403
            DELETE /api/v2/quotas/key/{id} | | | | 403
            GET /api/v2/quotas/group/{name} | | | | 403
            PUT /api/v2/quotas/group/{name} | | | {"result_rows": 1} | 403
            DELETE /api/v2/quotas/group/{name} | | | | 403
            GET /api/v2/usage | | | | 200
            GET /api/v2/grants | | | | 200
            POST /api/v2/grants | table | | {"rights": ["read"], "on": {"catalog": "oleander", "namespace": "SCHEMA", "table": "TABLE"}, "to": {"public": true}} | 403 403 403 403 403 201
            DELETE /api/v2/grants/{id} | | | | 404
            """;

    private static TestServer server;
    private static final Map<String, String> TEXTS = new LinkedHashMap<>();
    private static int tables;

    /** One line of the rules, or one statement. */
    record Rule(String method, String path, String on, String query, String body, List<Integer> statuses) {
        static Rule parse(String line) {
            String[] parts =
                    Arrays.stream(line.split("\\|", -1)).map(String::strip).toArray(String[]::new);
            String[] route = parts[0].split(" ", 2);
            List<Integer> statuses =
                    Arrays.stream(parts[4].split(" +")).map(Integer::valueOf).toList();
            return new Rule(
                    route[0],
                    route[1],
                    parts[1],
                    parts[2],
                    parts[3].replace("\\n", "\n"),
                    statuses.size() == 1 ? Collections.nCopies(KEYS.size(), statuses.getFirst()) : statuses);
        }

        String route() {
            return method + " " + path;
        }

        /** Whether a request that succeeds leaves nothing for another one: each key then needs a table of its own. */
        boolean succeedsOnce() {
            return method.equals("DELETE") || route().matches("POST .*/(refs|namespaces/\\{namespace}/tables)");
        }

        Reply send(String key, String schema, String table) {
            String filled = path.replace("{catalog}", "oleander")
                    .replace("{prefix}", "oleander")
                    .replace("{namespace}", schema)
                    .replace("{table}", table)
                    .replace("{view}", table)
                    .replace("{name}", "none")
                    .replace("{id}", "00000000-0000-7000-8000-000000000000");
            String text = body.replace("SCHEMA", schema).replace("TABLE", table);
            String asked =
                    query.isEmpty() ? "" : "?" + query.replace("SCHEMA", schema).replace("TABLE", table);
            server.useKey(TEXTS.getOrDefault(key, ""));
            boolean isUpload = path.startsWith("/api/v1/catalogs") && !text.startsWith("{");
            return server.send(server.request(filled + asked)
                    .header("Content-Type", isUpload ? "text/csv" : "application/json")
                    .method(method, text.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(text))
                    .build());
        }

        @Override
        public String toString() {
            return route() + " " + body;
        }
    }

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty(Map.of(
                "metrics.allow-anonymous",
                "true",
                // The administrator's worker is kept while other keys have theirs.
                "sandbox.pool.size",
                "2"));
        TEXTS.put("admin", server.key());
        for (String key : KEYS) {
            TEXTS.put(
                    key,
                    server.nerium()
                            .keys()
                            .create(key, Scope.WRITE, Optional.empty())
                            .text());
        }
        admin("CREATE SCHEMA sales");
        admin("GRANT READ ON TABLE sales.some TO KEY \"read\"");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void admin(String statement) {
        server.useKey(TEXTS.getOrDefault("admin", ""));
        Reply reply = server.statement(statement);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    static Stream<Rule> rules() {
        return RULES.lines().map(Rule::parse);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aRouteGivesWhatTheRightsAllow(Rule rule) {
        Map<String, Integer> seen = new LinkedHashMap<>();
        for (String key : KEYS) {
            boolean isFirst = seen.isEmpty();
            if (isFirst || rule.succeedsOnce()) {
                tables++;
            }
            String schema = "s" + tables;
            String table = "t" + tables;
            if (isFirst || rule.succeedsOnce()) {
                create(rule, schema, table);
            }
            grant(rule, key, schema, table);
            Reply reply = rule.send(key, schema, table);
            seen.put(key, reply.status());
            if (key.equals("none") && !rule.on().isEmpty()) {
                // Similar names: an error must not suggest the one that is there.
                Reply missing = rule.send(key, rule.on().endsWith("schema") ? schema + "0" : schema, table + "0");
                assertThat(shown(reply, schema, table)).as(rule.toString()).isEqualTo(shown(missing, schema, table));
                assertThat(reply.status()).isEqualTo(missing.status());
            }
        }
        assertThat(List.copyOf(seen.values())).as("%s: %s", rule, seen).isEqualTo(rule.statuses());
    }

    private static String shown(Reply reply, String schema, String table) {
        return reply.text()
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID")
                .replaceAll(schema + "0?\\b", "SCHEMA")
                .replaceAll(table + "0?\\b", "TABLE");
    }

    private static void create(Rule rule, String schema, String table) {
        if (rule.on().isEmpty()) {
            return;
        }
        admin("CREATE SCHEMA " + schema);
        if (!rule.on().equals("empty schema")) {
            admin(
                    rule.on().equals("view")
                            ? "CREATE VIEW " + schema + "." + table + " AS SELECT 1 AS a"
                            : "CREATE TABLE " + schema + "." + table + " AS SELECT 1 AS a");
        }
    }

    private static void grant(Rule rule, String key, String schema, String table) {
        if (rule.on().isEmpty()) {
            return;
        }
        if (key.equals("none") && !rule.on().endsWith("schema")) {
            admin("CREATE TABLE " + schema + ".seen AS SELECT 1 AS a");
            admin("GRANT READ ON TABLE " + schema + ".seen TO KEY none");
        }
        if (!key.equals("none")) {
            String object = rule.on().endsWith("schema") ? "SCHEMA " + schema : "TABLE " + schema + "." + table;
            admin("GRANT " + key + " ON " + object + " TO KEY \"" + key + "\"");
        }
    }

    @Test
    void everyRouteHasALine() {
        assertThat(server.nerium().routes()).isSubsetOf(rules().map(Rule::route).toList());
    }
}
