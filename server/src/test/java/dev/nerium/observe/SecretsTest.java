package dev.nerium.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestFiles;
import dev.nerium.TestServer;
import dev.nerium.auth.Scope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that handle secrets, good and bad ones: none of these is in anything that the server tells of them. */
@Tag("server")
class SecretsTest {
    private static final String PARAM = "param-7f3a9c51e2";
    private static final String LITERAL = "literal-b84d02c6f9";
    private static final String FILTER = "filter-19ce55a0d3";
    private static final String HEADER = "header-c0ffee4711";

    @Test
    void noSinkHasThem(@TempDir Path folder) throws IOException {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        Handler handler = new StreamHandler(new PrintStream(log, true, StandardCharsets.UTF_8), new SimpleFormatter());
        handler.setLevel(Level.ALL);
        Logger root = Logger.getLogger("dev.nerium");
        Level before = root.getLevel();
        root.addHandler(handler);
        root.setLevel(Level.FINE);
        Path headers = Files.writeString(folder.resolve("headers"), "Authorization: Bearer " + HEADER + "\n");
        try (OtlpReceiver receiver = OtlpReceiver.start();
                TestServer server = TestServer.start(Map.of(
                        "telemetry.otlp.endpoint",
                        receiver.endpoint(),
                        "telemetry.otlp.headers-file",
                        headers.toString()))) {
            List<String> keys = new ArrayList<>(List.of(server.key(), server.useKey("other", Scope.WRITE)));
            List<String> runs = work(server);
            awaitTold(receiver, runs.getLast());
            String metrics = server.get("/metrics").text();
            // The tables get what is left.
            server.restart();
            handler.flush();

            List<String> secrets = new ArrayList<>(List.of(PARAM, HEADER));
            secrets.addAll(keys);
            assertThat(receiver.bodies()).hasSizeGreaterThan(1);
            assertThat(tables(server)).contains("run script");
            for (String secret : secrets) {
                assertThat(metrics).doesNotContain(secret);
                assertThat(String.join("\n", receiver.bodies())).doesNotContain(secret);
                assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain(secret);
                assertThat(tables(server)).doesNotContain(secret);
                assertThat(tableFiles(server)).noneMatch(file -> file.contains(secret));
            }
            // Run events have the text of scripts, as OpenLineage wants it; spans and log records have not.
            for (String text : List.of(LITERAL, FILTER)) {
                assertThat(metrics).doesNotContain(text);
                assertThat(String.join("\n", receiver.bodies())).doesNotContain(text);
                assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain(text);
            }
            for (String key : keys) {
                assertThat(state(server)).noneMatch(file -> file.contains(key));
            }
        } finally {
            root.removeHandler(handler);
            root.setLevel(before);
        }
    }

    /** Runs that use, lose and misuse secrets. */
    private static List<String> work(TestServer server) {
        Map<String, Object> params = Map.of("params", Map.of("token", PARAM));
        return Stream.of(
                        server.script("token = params['token']\nresult = pl.DataFrame({'n': [len(token)]})", params),
                        server.script("raise ValueError('no access with ' + params['token'])", params),
                        server.script(
                                "password = '%s'\nresult = pl.DataFrame({'n': [len(password)]})".formatted(LITERAL)),
                        server.script(
                                "result = scan('default.flowers').filter(pl.col('species') == '%s')".formatted(FILTER)),
                        server.script(
                                "result = scan('default.flowers')",
                                Map.of("destination", "safe.flowers", "saveMode", "overwrite")),
                        server.run("""
                                {"mode": "query", "query": "SELECT count(*) FROM default.flowers WHERE species = $s OR species IN ($l)",
                                 "params": {"s": "%1$s", "l": ["%1$s"]}}""".formatted(PARAM)),
                        server.run("""
                                {"mode": "query", "query": "SELECT CAST($s AS INTEGER) FROM default.flowers",
                                 "params": {"s": "%s"}}""".formatted(PARAM)),
                        server.query("SELECT count(*) FROM f", "f=default.flowers"))
                .map(reply -> reply.json().path("run_id").asText())
                .toList();
    }

    private static void awaitTold(OtlpReceiver receiver, String run) {
        Awaitility.await()
                .until(() -> receiver.spans(run.replace("-", "")).stream()
                        .anyMatch(span -> span.getName().equals("encode")));
    }

    /** The tables as a user sees them. */
    private static String tables(TestServer server) {
        return Stream.of("run_events", "traces", "logs")
                .map(table ->
                        server.query("SELECT * FROM t", "t=telemetry." + table).text())
                .reduce("", String::concat);
    }

    private static List<String> tableFiles(TestServer server) throws IOException {
        return texts(server.home().resolve("lake/warehouse/telemetry"));
    }

    private static List<String> state(TestServer server) throws IOException {
        try (Stream<Path> files = Files.list(server.home())) {
            return files.filter(file -> file.getFileName().toString().startsWith("state.db"))
                    .map(SecretsTest::text)
                    .toList();
        }
    }

    private static List<String> texts(Path folder) throws IOException {
        return List.copyOf(TestFiles.texts(folder).values());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
