package dev.nerium.owner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import dev.nerium.owner.OwnedRuns.Secret;
import dev.nerium.owner.OwnedRuns.Who;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No route shows one key what another key ran. A new route is not served before it has a line here. */
@Tag("server")
@Timeout(120)
class OwnerRuleTest {
    /**
     * By route: how it is asked, the status for another key (0 for any), and what the owner and an admin see in the answer. The
     * paths lead to the server's own tables where they lead to a table.
     */
    private static final String RULES = """
            GET /health                      |   |   | 200 |
            GET /ready                       |   |   | 200 |
            GET /openapi.yaml                |   |   | 200 |
            GET /api/v2/runtime              |   |   | 200 |
            GET /api/v2/status               |   |   | 403 |
            GET /                            |   |   | 200 |
            GET /assets/{name}               |   |   | 404 |
            GET /docs                        |   |   | 200 |
            GET /docs/swagger-ui.css         |   |   | 200 |
            GET /docs/swagger-ui-bundle.js   |   |   | 200 |
            GET /metrics                     |   |   | 200 |
            POST /api/v1/warehouse/polars    |   | {"mode": "query", "query": "SELECT * FROM l", "tables": ["l=telemetry.logs"]} | 200 | LOG ERROR
            POST /api/v1/query               |   | {"query": "SELECT * FROM telemetry.logs"} | 200 | LOG ERROR
            POST /api/v1/warehouse/query     |   | {"query": "SELECT * FROM telemetry.logs"} | 200 | LOG ERROR
            GET /api/v2/me                   |   |   | 200 |
            POST /api/v2/session             |   |   | 201 |
            GET /api/v2/session              |   |   | 401 |
            DELETE /api/v2/session           |   |   | 401 |
            GET /api/v2/keys                 |   |   | 403 |
            POST /api/v2/keys                |   | {"name": "a", "scope": "read"} | 403 |
            DELETE /api/v2/keys/{id}         |   |   | 403 |
            PUT /api/v2/keys/{id}/groups     |   | {"groups": []} | 403 |
            POST /api/v2/keys/{id}/rotate    |   |   | 403 |
            GET /api/v2/quotas               |   |   | 403 |
            GET /api/v2/quotas/default       |   |   | 403 |
            PUT /api/v2/quotas/default       |   | {"result_rows": 1} | 403 |
            DELETE /api/v2/quotas/default    |   |   | 403 |
            GET /api/v2/quotas/key/{id}      |   |   | 403 |
            PUT /api/v2/quotas/key/{id}      |   | {"result_rows": 1} | 403 |
            DELETE /api/v2/quotas/key/{id}   |   |   | 403 |
            GET /api/v2/quotas/group/{name}  |   |   | 403 |
            PUT /api/v2/quotas/group/{name}  |   | {"result_rows": 1} | 403 |
            DELETE /api/v2/quotas/group/{name} | |   | 403 |
            GET /api/v2/usage                |   |   | 200 |
            GET /api/v2/grants               |   |   | 200 |
            POST /api/v2/grants              |   | {"rights": ["read"], "on": {}, "to": {"public": true}} | 403 |
            DELETE /api/v2/grants/{id}       |   |   | 0 |
            GET /api/v1/environment-variables  |  |   | 403 |
            POST /api/v1/environment-variables |  | {"name": "a", "value": "b"} | 403 |
            GET /api/v1/environment-variables/{id}    | | | 403 |
            PUT /api/v1/environment-variables/{id}    | | {"value": "b"} | 403 |
            DELETE /api/v1/environment-variables/{id} | | | 403 |
            GET /api/v2/spark/artifacts      |   |   | 200 |
            GET /api/v2/spark/clusters/{name} |  |   | 400 |
            POST /api/v2/spark/jobs          |   | {} | 400 |
            POST /api/v2/spark/query         |   | {} | 400 |
            GET /api/v2/runs                 |   |   | 200 | ERROR
            GET /api/v2/runs/{id}            |   |   | 200 | CODE PARAM LOG ROW COLUMN
            DELETE /api/v2/runs/{id}         |   |   | 403 | CODE PARAM LOG ROW COLUMN
            GET /api/v2/runs/{id}/logs       |   |   | 403 | LOG
            GET /api/v2/runs/{id}/events     |   |   | 403 |
            GET /api/v2/runs/{id}/plan       |   |   | 403 | ROW COLUMN
            GET /api/v2/runs/{id}/profile    |   |   | 403 |
            POST /api/v2/runs/{id}/replay    |   |   | 403 | ROW COLUMN
            GET /api/v2/runs/{id}/result     |   |   | 403 | ROW COLUMN
            GET /api/v2/runs/{id}/lineage    |   |   | 403 | CODE LOG ROW COLUMN
            POST /api/v1/lineage             |   | {"eventTime": "2026-11-01T12:00:00Z", "producer": "p", "run": {"runId": "RUN"}, "job": {"namespace": "n", "name": "j"}} | 403 |
            GET /api/v1/events               | start=0&end=99999999999&limit=1000 | | 200 | CODE LOG ERROR FACET
            GET /api/v1/lineage/graph        | namespace=elsewhere&name=out&columns=true&include_readers=true | | 200 | FACET
            GET /api/v1/catalogs             | counts=true | | 200 |
            GET /api/v1/catalogs/{catalog}/namespaces                                      | | | 200 |
            GET /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables                   | | | 200 |
            GET /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}           | | | 403 |
            POST /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}          | | x | 0 |
            PUT /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}           | | x | 0 |
            GET /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/size      | | | 403 |
            GET /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/refs      | | | 403 |
            POST /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/refs     | | {"name": "x", "type": "branch"} | 403 |
            POST /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/refs/fast-forward | | {"to": "x"} | 403 |
            POST /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/refs/drop | | {"name": "x", "type": "branch"} | 403 |
            POST /api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/compact  | | {} | 403 |
            POST /api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/expire   | | {} | 0 |
            POST /api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/remove-orphans | | {} | 0 |
            POST /api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/rollback | | {"toSnapshot": 1} | 403 |
            GET /iceberg/v1/config           |   |   | 200 |
            POST /iceberg/v1/oauth/tokens    |   | grant_type=client_credentials | 401 |
            GET /iceberg/v1/{prefix}/namespaces                                  | | | 200 |
            POST /iceberg/v1/{prefix}/namespaces                                 | | {"namespace": ["telemetry"]} | 0 |
            GET /iceberg/v1/{prefix}/namespaces/{namespace}                      | | | 200 |
            HEAD /iceberg/v1/{prefix}/namespaces/{namespace}                     | | | 204 |
            DELETE /iceberg/v1/{prefix}/namespaces/{namespace}                   | | | 403 |
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/properties          | | {"updates": {"a": "b"}} | 403 |
            GET /iceberg/v1/{prefix}/namespaces/{namespace}/tables               | | | 200 |
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/tables              | | {"name": "mine", "schema": {"type": "struct", "fields": []}} | 403 |
            GET /iceberg/v1/{prefix}/namespaces/{namespace}/tables/{table}       | | | 403 |
            HEAD /iceberg/v1/{prefix}/namespaces/{namespace}/tables/{table}      | | | 403 |
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/tables/{table}      | | {"requirements": [], "updates": []} | 403 |
            DELETE /iceberg/v1/{prefix}/namespaces/{namespace}/tables/{table}    | | | 403 |
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/tables/{table}/plan | | {} | 403 |
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics | | {} | 204 |
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/register            | | {"name": "mine", "metadata-location": "/x"} | 403 |
            POST /iceberg/v1/{prefix}/tables/rename                              | | {"source": {"namespace": ["telemetry"], "name": "logs"}, "destination": {"namespace": ["default"], "name": "mine"}} | 403 |
            GET /iceberg/v1/{prefix}/namespaces/{namespace}/views                | | | 200 |
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/views               | | {} | 403 |
            GET /iceberg/v1/{prefix}/namespaces/{namespace}/views/{view}         | | | 404 |
            HEAD /iceberg/v1/{prefix}/namespaces/{namespace}/views/{view}        | | | 404 |
            POST /iceberg/v1/{prefix}/namespaces/{namespace}/views/{view}        | | {} | 403 |
            DELETE /iceberg/v1/{prefix}/namespaces/{namespace}/views/{view}      | | | 403 |
            POST /iceberg/v1/{prefix}/views/rename                               | | {"source": {"namespace": ["telemetry"], "name": "logs"}, "destination": {"namespace": ["default"], "name": "mine"}} | 403 |
            """;

    private static OwnedRuns runs;

    /** One line of the rules. */
    private record Rule(String method, String path, String query, String body, int status, List<Secret> seen) {
        static Rule parse(String line) {
            String[] parts =
                    Arrays.stream(line.split("\\|", -1)).map(String::strip).toArray(String[]::new);
            String[] route = parts[0].split(" ", 2);
            List<Secret> seen = parts[4].isEmpty()
                    ? List.of()
                    : Stream.of(parts[4].split(" ", -1)).map(Secret::valueOf).toList();
            return new Rule(route[0], route[1], parts[1], parts[2], Integer.parseInt(parts[3]), seen);
        }

        String route() {
            return method + " " + path;
        }

        Reply ask(Who who, String run) {
            String filled = path.replace("{id}", run)
                    .replace("{catalog}", "oleander")
                    .replace("{prefix}", "oleander")
                    .replace("{namespace}", "telemetry")
                    .replace("{table}", "logs")
                    .replace("{view}", "logs")
                    .replace("{name}", "emr");
            return runs.server()
                    .send(runs.as(who, filled + (query.isEmpty() ? "" : "?" + query))
                            .header(
                                    "Content-Type",
                                    body.equals("x")
                                            ? "text/csv"
                                            : body.startsWith("grant")
                                                    ? "application/x-www-form-urlencoded"
                                                    : "application/json")
                            .method(
                                    method,
                                    body.isEmpty()
                                            ? BodyPublishers.noBody()
                                            : BodyPublishers.ofString(body.replace("RUN", run)))
                            .build());
        }
    }

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new LinkedHashMap<>();
        RULES.lines().map(Rule::parse).forEach(rule -> rules.put(rule.route(), rule));
        return rules;
    }

    @BeforeAll
    static void start() {
        runs = new OwnedRuns();
    }

    @AfterAll
    static void stop() {
        runs.close();
    }

    @Test
    void everyRouteOfTheServerHasARule() {
        assertThat(rules().keySet())
                .as("a new route needs a line in the rules that says what another key gets")
                .containsExactlyInAnyOrderElementsOf(runs.server().nerium().routes());
    }

    static Stream<Arguments> routesOfOthers() {
        return rules().keySet().stream()
                .flatMap(route -> Stream.of(Who.READER, Who.WRITER).map(who -> Arguments.of(route, who)));
    }

    @ParameterizedTest(name = "{0} for {1}")
    @MethodSource("routesOfOthers")
    void anotherKeySeesNothingOfIt(String route, Who who) {
        Rule rule = Objects.requireNonNull(rules().get(route));
        List<String> targets = route.contains("{id}") || route.equals("POST /api/v1/lineage")
                ? List.of(runs.complete, runs.failed, runs.running)
                : List.of(runs.complete);

        for (String run : targets) {
            Reply reply = rule.ask(who, run);

            assertThat(OwnedRuns.secretsIn(
                            reply.text() + reply.response().headers().map()))
                    .as(reply.text())
                    .isEmpty();
            assertThat(reply.status()).as(reply.text()).isLessThan(500);
            if (rule.status() != 0) {
                assertThat(reply.status()).as(reply.text()).isEqualTo(rule.status());
            }
        }
    }

    static Stream<Arguments> routesThatShow() {
        return rules().values().stream()
                .filter(rule -> !rule.seen().isEmpty())
                .flatMap(rule -> Stream.of(Who.OWNER, Who.ADMIN).map(who -> Arguments.of(rule.route(), who)));
    }

    @ParameterizedTest(name = "{0} for {1}")
    @MethodSource("routesThatShow")
    void itsOwnerAndAnAdminSeeAllOfIt(String route, Who who) {
        Rule rule = Objects.requireNonNull(rules().get(route));

        Reply reply = rule.ask(who, runs.complete);

        assertThat(OwnedRuns.secretsIn(reply.text())).as(reply.text()).containsAll(rule.seen());
    }

    @Test
    void anotherKeySeesTheOutline() {
        JsonNode run = runs.get(Who.READER, "/api/v2/runs/" + runs.complete).json();
        JsonNode listed = runs.get(Who.WRITER, "/api/v2/runs?mode=script&state=FAIL")
                .json()
                .at("/runs/0");

        assertThat(run.properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder(
                        "id",
                        "type",
                        "mode",
                        "state",
                        "queued_at",
                        "scheduled_at",
                        "started_at",
                        "ended_at",
                        "duration",
                        "error",
                        "details",
                        "row_count",
                        "destination",
                        "tags",
                        "job",
                        "pipeline",
                        "inputs");
        assertThat(run.path("state").asText()).isEqualTo("COMPLETE");
        assertThat(run.path("inputs").toString()).isEqualTo("[{\"table\":\"oleander.default.flowers\"}]");
        assertThat(run.path("row_count").isNull()).isTrue();
        assertThat(run.path("ended_at").asText()).isNotEmpty();
        assertThat(listed.path("id").asText()).isEqualTo(runs.failed);
        assertThat(listed.path("error").isNull()).isTrue();
    }

    @Test
    void anotherKeyIsToldWhatItLacks() {
        Reply reply = runs.get(Who.READER, "/api/v2/runs/" + runs.complete + "/logs");

        assertThat(reply.error())
                .isEqualTo("The key 'READER' has the scope read: reading the log of a run of another key needs admin.");
    }

    @Test
    void whoseARunIsIsNotFoundByTheFilterOfAList() {
        Reply others = runs.get(Who.READER, "/api/v2/runs?key=OWNER");
        Reply own = runs.get(Who.OWNER, "/api/v2/runs?key=OWNER&mode=script&state=FAIL");

        assertThat(others.status()).isEqualTo(403);
        assertThat(own.json().path("runs")).hasSize(1);
    }

    @Test
    void aNewKeyOfTheSameNameIsAnotherOwner() {
        var keys = runs.server().nerium().keys();
        String first = keys.create("again", Scope.WRITE, Optional.empty()).text();
        runs.server().useKey(first);
        String run = runs.server()
                .query("SELECT 'zqown7q' AS a FROM f LIMIT 1", "f=default.flowers")
                .json()
                .path("run_id")
                .asText();
        keys.revoke("again");
        String second = keys.create("again", Scope.WRITE, Optional.empty()).text();
        runs.server().useKey(second);
        Reply record = runs.server().get("/api/v2/runs/" + run);
        Reply list = runs.server().get("/api/v2/runs?key=again");
        runs.server().useKey(runs.key(Who.ADMIN));

        assertThat(record.text()).doesNotContain("zqown7q");
        assertThat(list.json().path("runs")).isEmpty();
    }

    /** The id of a run that another key has, taken together with an idempotency key, once gave that run's answer. */
    @Test
    void theIdOfAnothersRunGetsNoAnswerByAnIdempotencyKey() {
        String body = "{\"mode\": \"script\", \"script\": \"result = pl.DataFrame({'a': [1]})\"}";
        for (String prefer : List.of("handling=lenient", "respond-async")) {
            String key = "steal-" + prefer.replace("=", "-");
            Reply taken = runs.server()
                    .send(runs.as(Who.WRITER, "/api/v1/warehouse/polars")
                            .header("X-Nerium-Run-Id", runs.complete)
                            .header("Idempotency-Key", key)
                            .header("Prefer", prefer)
                            .POST(BodyPublishers.ofString(body))
                            .build());
            Reply again = runs.server()
                    .send(runs.as(Who.WRITER, "/api/v1/warehouse/polars")
                            .header("Idempotency-Key", key)
                            .header("Prefer", prefer)
                            .POST(BodyPublishers.ofString(body))
                            .build());

            assertThat(taken.status()).isEqualTo(400);
            assertThat(taken.error()).isEqualTo("The run id " + runs.complete + " was used before: use a new one.");
            assertThat(OwnedRuns.secretsIn(taken.text() + again.text())).isEmpty();
            assertThat(again.text()).doesNotContain(runs.complete);
            assertThat(again.status()).as(again.text()).isLessThan(300);
        }
    }

    @Test
    void theSameIdempotencyKeyOfAnotherKeyIsOtherWork() {
        String path = "/api/v1/warehouse/polars";
        String body = "{\"mode\": \"script\", \"script\": \"result = pl.DataFrame({'a': [1]})\"}";
        Reply first = runs.server()
                .send(runs.as(Who.OWNER, path)
                        .header("Idempotency-Key", "shared")
                        .POST(BodyPublishers.ofString(body))
                        .build());
        Reply second = runs.server()
                .send(runs.as(Who.WRITER, path)
                        .header("Idempotency-Key", "shared")
                        .POST(BodyPublishers.ofString(body))
                        .build());

        assertThat(second.response().headers().firstValue("Idempotency-Replayed"))
                .isEmpty();
        assertThat(second.json().path("run_id")).isNotEqualTo(first.json().path("run_id"));
    }

    @Test
    void anIdThatAClientChoseDoesNotPutItsRunFirst() {
        String chosen = "ffffffff-ffff-7fff-bfff-" + "f".repeat(12);
        String body =
                "{\"mode\": \"query\", \"query\": \"SELECT 1 AS a FROM f LIMIT 1\", \"tables\": [\"f=default.flowers\"]}";
        Reply first = runs.server()
                .send(runs.as(Who.WRITER, "/api/v1/warehouse/polars")
                        .header("X-Nerium-Run-Id", chosen)
                        .POST(BodyPublishers.ofString(body))
                        .build());
        Reply second = runs.post(Who.WRITER, "/api/v1/warehouse/polars", body);
        Reply refused = runs.server()
                .send(runs.as(Who.WRITER, "/api/v1/warehouse/polars")
                        .header("X-Nerium-Run-Id", "zzz")
                        .POST(BodyPublishers.ofString(body))
                        .build());

        JsonNode list = runs.get(Who.WRITER, "/api/v2/runs?key=WRITER&mode=query&limit=2")
                .json();

        assertThat(first.json().path("run_id").asText()).isEqualTo(chosen);
        assertThat(list.path("runs"))
                .extracting(run -> run.path("id").asText())
                .containsExactly(second.json().path("run_id").asText(), chosen);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error()).isEqualTo("The header X-Nerium-Run-Id is 'zzz': expected a UUID of version 7.");
    }
}
