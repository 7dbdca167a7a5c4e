package dev.nerium.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A server on which one key ran things full of secrets, and other keys that look for them. */
final class OwnedRuns implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the owner's runs have where; each word is nowhere else. */
    enum Secret {
        PARAM,
        CODE,
        LOG,
        ROW,
        COLUMN,
        ERROR,
        FACET;

        String text() {
            return "zq" + name().toLowerCase(Locale.ROOT) + "7q";
        }
    }

    /** Who asks. */
    enum Who {
        OWNER(Scope.WRITE),
        READER(Scope.READ),
        WRITER(Scope.WRITE),
        ADMIN(Scope.ADMIN);

        private final Scope scope;

        Who(Scope scope) {
            this.scope = scope;
        }
    }

    /** What the runs of the other keys print. */
    static final String OF_OTHERS = "zqothers7q";

    private final TestServer server = TestServer.start(
            // Each of the keys keeps a worker.
            Map.of("telemetry.flush-interval", "200ms", "sandbox.pool.size", "4"));
    private final Map<Who, String> keys = new EnumMap<>(Who.class);
    private final String admin = server.key();
    final String complete;
    final String failed;
    final String running;

    OwnedRuns() {
        for (Who who : Who.values()) {
            keys.put(
                    who,
                    server.nerium()
                            .keys()
                            .create(who.name(), who.scope, Optional.empty())
                            .text());
        }
        complete = submit("""
                # CODE
                print('LOG')
                result = scan('default.flowers').head(1).select(pl.lit('ROW').alias('COLUMN'))
                """);
        failed = submit("raise ValueError('ERROR ' + params['p'])");
        running = submit("import time\nprint('LOG', flush=True)\nwhile True: time.sleep(0.05)");
        await().until(() -> state(complete), "COMPLETE"::equals);
        await().until(() -> state(failed), "FAIL"::equals);
        await().until(() -> state(running), "RUNNING"::equals);
        Reply planned = get(Who.OWNER, "/api/v2/runs/" + complete + "/plan");
        assertThat(planned.status()).as(planned.text()).isEqualTo(200);
        report();
        for (Who other : List.of(Who.READER, Who.WRITER)) {
            script(other, "print('" + OF_OTHERS + "')\nresult = pl.DataFrame({'a': [1]})", Map.of());
        }
        awaitTelemetry();
    }

    private String submit(String source) {
        ObjectNode body = JSON.createObjectNode().put("mode", "script").put("script", filled(source));
        body.putObject("params").put("p", Secret.PARAM.text());
        Reply reply = server.send(as(Who.OWNER, "/api/v1/warehouse/polars")
                .header("Prefer", "respond-async")
                .POST(BodyPublishers.ofString(body.toString()))
                .build());
        assertThat(reply.status()).as(reply.text()).isEqualTo(202);
        return reply.json().path("id").asText();
    }

    /** An event of another system, by the owner. */
    private void report() {
        Reply reply = server.send(as(Who.OWNER, "/api/v1/lineage")
                .POST(BodyPublishers.ofString(filled("""
                        {"eventType": "COMPLETE", "eventTime": "2026-11-01T12:00:00Z", "producer": "https://example.org/FACET",
                         "run": {"runId": "01900000-0000-7000-8000-00000000abcd", "facets": {"note": {"text": "FACET"}}},
                         "job": {"namespace": "elsewhere", "name": "FACET"},
                         "inputs": [{"namespace": "elsewhere", "name": "in"}],
                         "outputs": [{"namespace": "elsewhere", "name": "out", "facets": {"columnLineage": {"fields":
                             {"FACET": {"inputFields": [{"namespace": "elsewhere", "name": "in", "field": "a"}]}}}}}]}
                        """)))
                .build());
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    static String filled(String text) {
        String filled = text;
        for (Secret secret : Secret.values()) {
            filled = filled.replace(secret.name(), secret.text());
        }
        return filled;
    }

    private void awaitTelemetry() {
        await().until(
                        () -> server.query("SELECT body FROM l", "l=telemetry.logs")
                                .text(),
                        text -> text.contains(Secret.LOG.text())
                                && text.contains(Secret.ERROR.text())
                                && text.split(OF_OTHERS, -1).length == 3);
        await().until(
                        () -> server.query("SELECT job FROM e", "e=telemetry.run_events")
                                .text(),
                        text -> text.contains(Secret.CODE.text()));
        await().until(
                        () -> server.query("SELECT * FROM t", "t=telemetry.traces")
                                .text(),
                        text -> text.contains(Secret.ERROR.text()));
    }

    private String state(String run) {
        return server.get("/api/v2/runs/" + run).json().path("state").asText();
    }

    TestServer server() {
        return server;
    }

    String key(Who who) {
        return Objects.requireNonNull(keys.get(who));
    }

    HttpRequest.Builder as(Who who, String path) {
        server.useKey(key(who));
        try {
            return server.request(path);
        } finally {
            server.useKey(admin);
        }
    }

    Reply get(Who who, String path) {
        return server.send(as(who, path).GET().build());
    }

    Reply post(Who who, String path, String body) {
        return server.send(as(who, path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    Reply query(Who who, String sql, String... tables) {
        return post(
                who,
                "/api/v1/warehouse/polars",
                JSON.valueToTree(Map.of("mode", "query", "query", sql, "tables", tables))
                        .toString());
    }

    Reply script(Who who, String source, Map<String, ?> more) {
        ObjectNode body = JSON.valueToTree(more);
        return post(
                who,
                "/api/v1/warehouse/polars",
                body.put("mode", "script").put("script", source).toString());
    }

    static List<Secret> secretsIn(String text) {
        return Arrays.stream(Secret.values())
                .filter(secret -> text.contains(secret.text()))
                .toList();
    }

    @Override
    public void close() {
        server.delete("/api/v2/runs/" + running);
        server.close();
    }
}
