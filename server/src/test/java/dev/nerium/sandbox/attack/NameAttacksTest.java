package dev.nerium.sandbox.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The border of names: a table's name, wherever it stands, is never a path. */
@Tag("sandbox")
class NameAttacksTest {
    @RegisterExtension
    static final AttackedServer SERVER = new AttackedServer();

    static Stream<String> names() {
        return Stream.of(
                "../../nerium-was-here",
                "default/../../../nerium-was-here.x",
                "default.\"../../../nerium-was-here\"",
                "\"../../..\".\"nerium-was-here\"",
                "\"..\".\"..\"",
                "default.\"..\"",
                "/tmp/nerium-was-here",
                "default.\"/tmp/nerium-was-here\"",
                "\"/tmp\".\"nerium-was-here\"",
                "file:///tmp/nerium-was-here.x",
                "default.\"a/b\"",
                "default.\"a\u0000b\"",
                "default.\"a\nb\"",
                "default.\"\u001b[2J\"",
                "default.\"" + "x".repeat(10_000) + "\"",
                "\"\".\"\"",
                "default.\"unclosed",
                "x".repeat(100_000) + "." + "y".repeat(100_000),
                ".".repeat(100_000),
                "\"".repeat(100_001),
                "oleander.default.x.y",
                "elsewhere.default.x",
                "default.x$files",
                "default.x@1");
    }

    @ParameterizedTest
    @MethodSource("names")
    void leadsNowhere(String name) throws IOException {
        TestServer server = SERVER.server();
        List<Path> before = files();

        Stream.of(
                        server.script("result = pl.DataFrame({'x': [1]})", Map.of("destination", name)),
                        server.query("select * from a", "a=" + name),
                        upload(name))
                .forEach(reply -> {
                    assertThat(reply.status()).isIn(400, 404, 414);
                    assertThat(reply.text()).hasSizeLessThan(20_000).doesNotContain("Exception", "java.");
                });

        assertThat(files()).isEqualTo(before);
    }

    static Stream<String> aliases() {
        return Stream.of(
                "../../x",
                "__builtins__",
                "a\u0000b",
                "\u202eevil",
                "x".repeat(100_000),
                "'; import os; '",
                "\u001b[2J",
                "None",
                "__class__");
    }

    @ParameterizedTest
    @MethodSource("aliases")
    void anAliasIsOnlyAName(String alias) {
        Map<String, Object> tables =
                Map.of("tables", List.of(Map.of("alias", alias, "table", "default.flowers")), "vcpus", 2);

        Reply reply = SERVER.server().script("result = pl.DataFrame({'x': [1]})", tables);

        assertThat(reply.status()).isIn(200, 400);
        assertThat(reply.text()).doesNotContain("Traceback", "java.");
    }

    static Stream<String> catalogs() {
        return Stream.of("../..", "/etc", "", "a\u0000b", "file:///", "x".repeat(100_000), "Oleander", "\u001b[2J");
    }

    @ParameterizedTest
    @MethodSource("catalogs")
    void noOtherCatalogIsThere(String catalog) {
        Reply reply = SERVER.server().script("result = pl.DataFrame({'x': [1]})", Map.of("catalog", catalog));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).hasSizeLessThan(5_000);
    }

    /** The name as a namespace and as a table of the path. */
    private static Reply upload(String name) {
        String part = URLEncoder.encode(name.length() > 2_000 ? name.substring(0, 2_000) : name, StandardCharsets.UTF_8)
                .replace("+", "%20");
        return SERVER.server()
                .send(SERVER.server()
                        .request("/api/v1/catalogs/oleander/namespaces/" + part + "/tables/..%2F" + part)
                        .header("Content-Type", "text/csv")
                        .POST(BodyPublishers.ofString("x\n1\n"))
                        .build());
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(SERVER.server().home().resolve("lake"))) {
            return files.filter(file -> !file.getFileName().toString().startsWith("catalog.db"))
                    .sorted()
                    .toList();
        }
    }
}
