package dev.nerium.contract;

import static dev.nerium.contract.Requests.POLARS;
import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every invalid field is told with its value and what was expected. */
@Tag("server")
class RequestValidationTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            "mode": null            | mode is missing: choose query or script.
            "mode": 5               | mode is 5: expected query or script.
            "mode": ["query"]       | mode is ["query"]: expected query or script.
            "mode": ""              | mode is '': choose query or script.
            "mode": "etl"           | mode is 'etl': choose query or script.
            "mode": "querry"        | mode is 'querry': choose query or script. Did you mean 'query'?
            "mode": "Script"        | mode is 'Script': choose query or script. Did you mean 'script'?
            "query": null           | query is missing: mode query needs a Polars SQL text.
            "query": " \\n"         | query is empty: mode query needs a Polars SQL text.
            "query": 5              | query is 5: expected a string.
            "query": {"sql": "x"}   | query is {"sql":"x"}: expected a string.
            "tables": "t"           | tables is "t": expected a list such as ["flowers=default.flowers"].
            "tables": {"a": "b"}    | tables is {"a":"b"}: expected a list such as ["flowers=default.flowers"].
            "catalog": 5            | catalog is 5: expected a string.
            "catalog": "oleandr"    | There is no catalog 'oleandr'. Did you mean 'oleander'?
            "catalog": "glue"       | There is no catalog 'glue'.
            "vcpus": 1              | vcpus is 1: choose 2, 4, 8, 16 or 32.
            "vcpus": 3              | vcpus is 3: choose 2, 4, 8, 16 or 32.
            "vcpus": 0              | vcpus is 0: choose 2, 4, 8, 16 or 32.
            "vcpus": -2             | vcpus is -2: choose 2, 4, 8, 16 or 32.
            "vcpus": 64             | vcpus is 64: choose 2, 4, 8, 16 or 32.
            "vcpus": 4294967298     | vcpus is 4294967298: expected 2, 4, 8, 16 or 32.
            "vcpus": "2"            | vcpus is "2": expected 2, 4, 8, 16 or 32.
            "vcpus": 2.5            | vcpus is 2.5: expected 2, 4, 8, 16 or 32.
            "vcpus": true           | vcpus is true: expected 2, 4, 8, 16 or 32.
            "timeoutSeconds": 0     | timeoutSeconds is 0: expected a whole number of seconds from 1 to 1800 (sandbox.max-timeout).
            "timeoutSeconds": -5    | timeoutSeconds is -5: expected a whole number of seconds from 1 to 1800 (sandbox.max-timeout).
            "timeoutSeconds": 1801  | timeoutSeconds is 1801: expected a whole number of seconds from 1 to 1800 (sandbox.max-timeout).
            "timeoutSeconds": 1.5   | timeoutSeconds is 1.5: expected a whole number of seconds from 1 to 1800 (sandbox.max-timeout).
            "timeoutSeconds": "10"  | timeoutSeconds is "10": expected a whole number of seconds from 1 to 1800 (sandbox.max-timeout).
            "timeoutSeconds": 99999999999 | timeoutSeconds is 99999999999: expected a whole number of seconds from 1 to 1800 (sandbox.max-timeout).
            "distributed": "yes"    | distributed is "yes": expected true or false.
            "distributed": 1        | distributed is 1: expected true or false.
            "saveMode": "upsert"    | saveMode is 'upsert': choose overwrite, append or merge.
            "saveMode": "Append"    | saveMode is 'Append': choose overwrite, append or merge. Did you mean 'append'?
            "saveMode": 5           | saveMode is 5: expected overwrite, append or merge.
            "destination": 5        | destination is 5: expected a string.
            """)
    void tellsTheFieldItsValueAndWhatWasExpected(String change, String error) {
        Reply reply = server.post(POLARS, Requests.query(change));

        assertRefused(reply, change.startsWith("\"catalog\": \"") ? "UNKNOWN_TABLE" : "INVALID_REQUEST", error);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            "script": null          | script is missing: mode script needs Python source.
            "script": ""            | script is empty: mode script needs Python source.
            "script": ["x = 1"]     | script is ["x = 1"]: expected a string.
            "params": 5             | params is 5: expected an object of strings.
            "params": "a=b"         | params is "a=b": expected an object of strings.
            "params": ["a"]         | params is ["a"]: expected an object of strings.
            "params": {"a": [1]}    | params.a is [1]: expected a string, a number, true or false.
            "params": {"a": {}}     | params.a is {}: expected a string, a number, true or false.
            "params": {"a": null}   | params.a is null: expected a string, a number, true or false.
            "tables": [5]           | tables[0] is 5: expected "alias=namespace.table" or {"alias": "alias", "table": "namespace.table"}.
            """)
    void tellsItOfScriptsToo(String change, String error) {
        assertRefused(server.post(POLARS, Requests.script(change)), "INVALID_REQUEST", error);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            "clusterSize": 0        | clusterSize is 0: expected a number from 1 to 64.
            "clusterSize": 65       | clusterSize is 65: expected a number from 1 to 64.
            "clusterSize": "4"      | clusterSize is "4": expected a number from 1 to 64.
            "clusterSize": 1.5      | clusterSize is 1.5: expected a number from 1 to 64.
            "instanceType": 5       | instanceType is 5: expected a string.
            "clusterSize": 64       | distributed is true, but this server has no distributed engine: the configuration key distributed.backend is none. Send distributed: false to run it here.
            "destination": "default.x" | distributed is true, but this server has no distributed engine: the configuration key distributed.backend is none. Send distributed: false to run it here.
            """)
    void refusesADistributedRunAndNamesTheMissingConfiguration(String change, String error) {
        Reply reply = server.post(POLARS, Requests.query("\"distributed\": true, " + change));

        assertRefused(reply, "INVALID_REQUEST", error);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"script\": 5, \"params\": [null]",
                "\"instanceType\": 5, \"clusterSize\": \"many\"",
                "\"distributed\": false, \"clusterSize\": 65",
                "\"params\": {\"a\": {\"b\": 1}}",
                "\"script\": null, \"params\": null, \"distributed\": null, \"instanceType\": null, \"clusterSize\": null",
                "\"vcpus\": null, \"catalog\": null, \"destination\": null, \"saveMode\": null",
                "\"saveMode\": \"append\", \"params\": {}, \"distributed\": false",
                "\"catalog\": \"oleander\", \"vcpus\": 2"
            })
    void ignoresTheOtherModesFieldsAndCountsNullAsAbsent(String change) {
        Reply reply = server.post(POLARS, Requests.query(change));

        assertThat(reply.rows()).isEqualTo("[[1]]");
        assertThat(reply.json().has("saved")).isFalse();
        assertThat(reply.json().has("warnings")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"query\": 5", "\"tables\": null", "\"tables\": []", "\"params\": null"})
    void ignoresAQueryBesideAScript(String change) {
        assertThat(server.post(POLARS, Requests.script(change)).rows()).isEqualTo("[[1]]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            "colour": 2, "label": "x" | ["The field 'colour' is not known and was ignored.","The field 'label' is not known and was ignored."]
            "größe": null             | ["The field 'größe' is not known and was ignored."]
            "tables": [{"alias": "t", "table": "default.flowers", "color": 1}] | ["The field 'tables[0].color' is not known and was ignored."]
            """)
    void warnsOfAnUnknownField(String change, String warnings) {
        Reply reply = server.post(POLARS, Requests.query(change));

        assertThat(reply.rows()).isEqualTo("[[1]]");
        assertThat(reply.json().path("warnings").toString()).isEqualTo(warnings);
    }

    /** Ignored, each of these would change what the request does. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            "vcpu": 3             | vcpu        | vcpus
            "save_mode": "append" | save_mode   | saveMode
            "savemode": null      | savemode    | saveMode
            "Mode": 1             | Mode        | mode
            "destinaton": "a.b"   | destinaton  | destination
            "timeout_seconds": 1  | timeout_seconds | timeoutSeconds
            "mergeKey": ["a"]     | mergeKey    | mergeKeys
            "Explain": true       | Explain     | explain
            "catalogue": "x"      | catalogue   | catalog
            "tables": [{"alias": "t", "Table": "default.flowers"}] | tables[0].Table | table
            """)
    void refusesAFieldThatIsNearlyAKnownOne(String change, String field, String meant) {
        Reply reply = server.post(POLARS, Requests.query(change));

        assertRefused(
                reply, "INVALID_REQUEST", "The field '%s' is not known. Did you mean '%s'?".formatted(field, meant));
    }

    @Test
    void aMistypedSaveModeReplacesNoTable() {
        server.post(POLARS, Requests.script("\"destination\": \"default.kept\""));

        Reply reply =
                server.post(POLARS, Requests.script("\"destination\": \"default.kept\", \"savemode\": \"append\""));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(server.query("SELECT count(*) AS n FROM kept", "kept=default.kept")
                        .rows())
                .isEqualTo("[[1]]");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 16, 32})
    void takesEveryTier(int vcpus) {
        Reply reply = server.post(POLARS, Requests.query("\"vcpus\": " + vcpus));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().at("/compute/vcpus").asInt())
                .isEqualTo(Math.min(vcpus, Runtime.getRuntime().availableProcessors()));
        assertThat(reply.json().at("/compute/memory_bytes").asLong()).isPositive();
        assertThat(reply.json().at("/compute/provider").asText()).isEqualTo("bubblewrap");
    }
}
