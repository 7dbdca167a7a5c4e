package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quotas and usage over HTTP: who may do what, and which bodies are refused. */
@Tag("server")
class QuotaRoutesTest {
    private static final String QUOTAS = "/api/v2/quotas";

    private static TestServer server;
    private static String admin;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
        admin = server.key();
        server.useKey("reports", Scope.WRITE);
        server.useKey(admin);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void useAdmin() {
        server.useKey(admin);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/key/reports", "/group/analysts", "/group/Team-1.a_b", "/default"})
    void aQuotaIsSetShownReplacedAndDropped(String path) {
        Reply set = put(path, "{'concurrent_runs': 4, 'bytes_read_per_day': 1000000000000}");

        assertThat(set.status()).as(set.text()).isEqualTo(200);
        assertThat(set.json().path("kind").asText()).isEqualTo(path.split("/", -1)[1]);
        assertThat(set.json().path("limits").toString())
                .isEqualTo("{\"concurrent_runs\":4,\"bytes_read_per_day\":1000000000000}");
        assertThat(set.json().path("updated_by").asText()).isEqualTo("admin");
        assertThat(server.get(QUOTAS + path).json()).isEqualTo(set.json());
        server.restart();
        assertThat(server.get(QUOTAS).json().path("quotas")).containsExactly(set.json());
        Reply replaced = put(path, "{'result_rows': 0}");
        assertThat(replaced.json().path("limits").toString()).isEqualTo("{\"result_rows\":0}");
        assertThat(server.delete(QUOTAS + path).json()).isEqualTo(replaced.json());
        assertThat(server.get(QUOTAS).json().path("quotas")).isEmpty();
        Reply missing = server.get(QUOTAS + path);
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.json().path("code").asText()).isEqualTo("QUOTA_NOT_FOUND");
        assertThat(server.delete(QUOTAS + path).status()).isEqualTo(404);
    }

    @Test
    void theQuotaOfAKeyShowsItsNameAndId() {
        JsonNode me = put("/key/reports", "{'queued_runs': 1}").json();

        assertThat(me.path("key").asText()).isEqualTo("reports");
        assertThat(server.get(QUOTAS + "/key/" + me.path("key_id").asText()).json())
                .isEqualTo(me);
        server.delete(QUOTAS + "/key/reports");
        Reply unknown = put("/key/report", "{'queued_runs': 1}");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.error()).isEqualTo("There is no key named 'report'. Did you mean 'reports'?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                              | The body has no limit
            {'concurrent_runs': null}       | The body has no limit
            {'concurrent_run': 1}           | The field 'concurrent_run' is not known
            {'concurrent_runs': -1}         | concurrent_runs is -1: expected an integer from 0
            {'result_rows': 1.5}            | result_rows is 1.5: expected an integer from 0
            {'run_seconds_per_day': '1h'}   | run_seconds_per_day is "1h": expected an integer from 0
            {'stored_bytes': 1e30}          | stored_bytes is 1E+30: expected an integer from 0
            {'queued_runs': 99999999999999999999} | queued_runs is 99999999999999999999: expected an integer from 0
            {'concurrent_vcpus': true}      | concurrent_vcpus is true: expected an integer from 0
            []                              | The body must be a JSON object
            {                               | The body is not JSON
            """)
    void aWrongBodyIsRefusedWithTheNameOfTheField(String body, String expected) {
        Reply refused = put("/default", body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error()).startsWith(expected);
        assertThat(server.get(QUOTAS + "/default").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%20b", "caf%C3%A9", "a%0Ab"})
    void aNameThatIsNoGroupsIsRefused(String name) {
        Reply refused = put("/group/" + name, "{'result_rows': 5}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error()).contains("expected 1 to 64 letters, digits, dots, dashes or underscores.");
    }

    @Test
    void onlyAdminsManageQuotas() {
        put("/default", "{'result_rows': 5}");
        server.useKey("writer-of-quotas", Scope.WRITE);

        assertThat(server.get(QUOTAS).status()).isEqualTo(403);
        assertThat(server.get(QUOTAS + "/default").status()).isEqualTo(403);
        assertThat(put("/default", "{'result_rows': 50}").status()).isEqualTo(403);
        assertThat(server.delete(QUOTAS + "/default").status()).isEqualTo(403);
        assertThat(put("/key/writer-of-quotas", "{'result_rows': 50}").status()).isEqualTo(403);
        server.useKey(admin);
        assertThat(server.delete(QUOTAS + "/default")
                        .json()
                        .at("/limits/result_rows")
                        .asLong())
                .isEqualTo(5);
    }

    @Test
    void aKeySeesItsOwnUsageOnly() {
        server.run("{'mode': 'query', 'query': 'SELECT 1 AS one'}");
        server.useKey("measured", Scope.READ);
        server.run("{'mode': 'query', 'query': 'SELECT 1 AS one'}");
        server.run("{'mode': 'query', 'query': 'SELECT nothing'}");

        JsonNode own = server.get("/api/v2/usage").json().path("usage");

        assertThat(own).hasSize(1);
        assertThat(own.path(0).path("key").asText()).isEqualTo("measured");
        assertThat(own.path(0).path("runs").asLong()).isEqualTo(2);
        assertThat(own.path(0).path("failed_runs").asLong()).isEqualTo(1);
        assertThat(own.path(0).path("rows_returned").asLong()).isEqualTo(1);
        assertThat(server.get("/api/v2/usage?key=measured").json().path("usage"))
                .isEqualTo(own);
        assertThat(server.get("/api/v2/usage?key=admin").status()).isEqualTo(403);
        assertThat(server.get("/api/v2/usage?key=nobody").status()).isEqualTo(403);
        server.useKey(admin);
        assertThat(server.get("/api/v2/usage").json().path("usage").findValuesAsText("key"))
                .contains("admin", "measured");
        assertThat(server.get("/api/v2/usage?key=measured").json().path("usage"))
                .isEqualTo(own);
        assertThat(server.get("/api/v2/usage?until=2026-01-01").json().path("usage"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"since=yesterday", "until=2026-13-01", "since=2026-11-01T00:00:00Z", "since=0001-01-01"})
    void aWrongDayIsRefused(String parameter) {
        Reply refused = server.get("/api/v2/usage?" + parameter);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error()).startsWith(parameter.replace("=", " is '") + "': expected a day (UTC)");
    }

    @Test
    void moreThanAYearOfUsageIsRefused() {
        Reply refused = server.get("/api/v2/usage?since=2024-01-01&until=2026-01-01");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error()).contains("at most 366 days");
    }

    private static Reply put(String path, String body) {
        return server.send(server.request(QUOTAS + path)
                .PUT(BodyPublishers.ofString(body.replace('\'', '"')))
                .build());
    }
}
