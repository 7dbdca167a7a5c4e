package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Groups;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Scope;
import dev.nerium.config.Build;
import dev.nerium.config.NeriumConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Keys over HTTP: what each may see and change, and that a change counts for the next request. */
@Tag("server")
class KeyRoutesTest {
    private static final String PATH = "/api/v2/keys";

    private TestServer server;
    private String admin;

    @BeforeEach
    void start() {
        // No test of this class runs a workload.
        server = TestServer.startIdle(Map.of());
        admin = server.key();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aNewKeyWorksAndItsTextIsInOneResponseOnly() {
        Reply created = create("reports", "write", "30d");
        String text = created.json().path("key").asText();

        assertThat(created.status()).isEqualTo(201);
        assertThat(text).matches("nrm_[0-9a-f]{16}_[0-9a-f]{64}");
        assertThat(created.response().headers().firstValue("Cache-Control")).contains("no-store");
        Reply list = server.get(PATH);
        assertThat(list.text()).doesNotContain(text.substring(21)).doesNotContain("\"key\"");
        JsonNode me = as(text, "GET", "/api/v2/me").json();
        assertThat(me.path("name").asText()).isEqualTo("reports");
        assertThat(me.path("scope").asText()).isEqualTo("write");
        assertThat(me.path("expires_at").asText())
                .isEqualTo(list.json().at("/keys/0/expires_at").asText());
        assertThat(me.path("permissions").toString()).isEqualTo("[\"run_workloads\",\"read_tables\",\"write_tables\"]");
        assertThat(me.path("server_version").asText()).isEqualTo(Build.read().version());
    }

    @Test
    void anyKeyReadsItselfAndOnlyAdminsTheOthers() {
        String reader = text(create("reader", "read", null));

        JsonNode me = as(reader, "GET", "/api/v2/me").json();
        assertThat(me.path("expires_at").isNull()).isTrue();
        assertThat(me.path("permissions").toString()).isEqualTo("[\"run_workloads\",\"read_tables\"]");
        for (Reply reply : new Reply[] {
            as(reader, "GET", PATH),
            as(reader, "POST", PATH, "{\"name\": \"x\", \"scope\": \"admin\"}"),
            as(reader, "DELETE", PATH + "/admin"),
            as(reader, "DELETE", PATH + "/none"),
            as(reader, "POST", PATH + "/admin/rotate"),
            as(reader, "POST", PATH + "/none/rotate"),
            as(reader, "PUT", PATH + "/reader/groups", "{\"groups\": [\"finance\"]}")
        }) {
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.error())
                    .startsWith("The key 'reader' has the scope read: ")
                    .endsWith(" needs admin.");
        }
        assertThat(server.get("/api/v2/me").json().path("permissions")).hasSize(6);
    }

    @Test
    void theListHasPagesAndRevokedKeysOnRequest() {
        String first = create("first", "read", null).json().path("id").asText();
        create("second", "read", null);
        server.delete(PATH + "/first");

        assertThat(names(server.get(PATH))).containsExactlyInAnyOrder("second", "admin");
        assertThat(names(server.get(PATH + "?revoked=true"))).containsExactlyInAnyOrder("second", "first", "admin");
        List<String> paged = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = server.get(PATH + "?revoked=true&limit=1" + next).json();
            page.path("keys").forEach(key -> paged.add(key.path("name").asText()));
            next = "&after=" + page.path("next").asText();
        } while (!next.equals("&after=null"));
        assertThat(paged).containsExactlyInAnyOrder("second", "first", "admin");
        assertThat(server.get(PATH + "?limit=0").error()).isEqualTo("limit is '0': expected a number from 1 to 1000.");
        assertThat(server.get(PATH + "?revoked=yes").error()).isEqualTo("revoked is 'yes': expected true or false.");
        assertThat(first).hasSize(16);
    }

    @Test
    void wrongFieldsAreNamed() {
        String cases = """
            {}                                                    | name is missing: it is the name of the key in lists and records.
            {"name": "a"}                                         | scope is missing: choose read, write or admin.
            {"name": "a", "scope": "writ"}                        | scope is 'writ': choose read, write or admin. Did you mean 'write'?
            {"name": "a b", "scope": "read"}                      | name is 'a b': expected 1 to 64 letters, digits, dots, dashes or underscores, not dots alone, and not the form of an id.
            {"name": "..", "scope": "read"}                       | name is '..': expected 1 to 64 letters, digits, dots, dashes or underscores, not dots alone, and not the form of an id.
            {"name": "0123456789abcdef", "scope": "read"}         | name is '0123456789abcdef': expected 1 to 64 letters, digits, dots, dashes or underscores, not dots alone, and not the form of an id.
            {"name": "nrm_x", "scope": "read"}                    | name begins with nrm_, as the text of a key does: choose another name.
            {"name": "a", "scope": "read", "lifetime": "soon"}    | lifetime is "soon": expected a duration, such as 500ms, 90s, 45m, 12h or 30d.
            {"name": "a", "scope": "read", "lifetime": 30}        | lifetime is 30: expected a duration, such as 500ms, 90s, 45m, 12h or 30d.
            {"name": "a", "scope": "read", "lifetime": "0d"}      | lifetime is 0: expected a time above 0, or no lifetime for a key that does not expire.
            {"name": "a", "scope": "read", "lifetimes": "1d"}     | The field 'lifetimes' is not known: choose name, scope, groups, lifetime. Did you mean 'lifetime'?
            """;
        cases.lines().map(line -> line.split(" +\\| ", 2)).forEach(one -> {
            Reply reply = server.post(PATH, one[0]);

            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error()).isEqualTo(one[1]);
        });
        assertThat(names(server.get(PATH))).containsExactly("admin");
    }

    @Test
    void aNameThatIsInUseIsAConflictUntilItsKeyIsRevoked() {
        String text = text(create("reports", "read", null));

        Reply again = create("reports", "admin", null);

        assertThat(again.status()).isEqualTo(409);
        assertRefusal(
                again,
                "KEY_CONFLICT",
                "name is 'reports', which another key has: revoke or rotate that key, or choose another name.");
        server.delete(PATH + "/reports");
        assertThat(create("reports", "read", null).status()).isEqualTo(201);
        assertThat(as(text, "GET", "/api/v2/me").status()).isEqualTo(401);
    }

    @Test
    void aRevokedKeyIsRefusedByTheNextRequestAndRevokingItAgainChangesNothing() {
        Reply created = create("reports", "read", null);
        String one = PATH + "/" + created.json().path("id").asText();
        assertThat(as(text(created), "GET", "/api/v2/me").status()).isEqualTo(200);

        Reply revoked = server.delete(one);

        assertThat(as(text(created), "GET", "/api/v2/me").text()).isEqualTo("{\"error\":\"Unauthorized\"}");
        assertThat(revoked.json().path("revoked_at").asText()).isNotEmpty();
        assertThat(server.delete(one).text()).isEqualTo(revoked.text());
        Reply byName = server.delete(PATH + "/reports");
        assertThat(byName.status()).isEqualTo(404);
        assertRefusal(byName, "KEY_NOT_FOUND", "There is no key named 'reports'.");
        assertThat(server.delete(PATH + "/admi").error())
                .isEqualTo("There is no key named 'admi'. Did you mean 'admin'?");
    }

    @Test
    void theLastUsableAdminKeyStays() {
        create("writer", "write", null);
        server.nerium().keys().create("over", Scope.ADMIN, Optional.of(Duration.ofMillis(1)));

        Reply refused = server.delete(PATH + "/admin");

        assertThat(refused.status()).isEqualTo(409);
        assertRefusal(
                refused,
                "KEY_CONFLICT",
                "'admin' is the last usable key with the scope admin: create another one first, or use './nerium keys revoke' on the server's machine.");
        assertThat(server.get(PATH).status()).isEqualTo(200);
        String second = text(create("second", "admin", null));
        assertThat(server.delete(PATH + "/admin").status()).isEqualTo(200);
        server.useKey(second);
        assertThat(server.delete(PATH + "/second").status()).isEqualTo(409);
    }

    @RepeatedTest(5)
    void twoAdminsThatRevokeEachOtherLeaveOne() {
        String second = text(create("second", "admin", null));

        CompletableFuture<Reply> one = CompletableFuture.supplyAsync(() -> as(admin, "DELETE", PATH + "/second"));
        CompletableFuture<Reply> other = CompletableFuture.supplyAsync(() -> as(second, "DELETE", PATH + "/admin"));

        one.join();
        other.join();
        assertThat(Stream.of(admin, second).filter(key -> as(key, "GET", PATH).status() == 200))
                .hasSize(1);
    }

    @Test
    void aRotationEndsTheOldSecretAtOnce() {
        Reply created = create("reports", "write", "1d");
        String old = text(created);
        assertThat(as(old, "GET", "/api/v2/me").status()).isEqualTo(200);

        Reply rotated = server.post(PATH + "/reports/rotate", "{}");

        assertThat(rotated.status()).isEqualTo(200);
        assertThat(rotated.response().headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(text(rotated)).isNotEqualTo(old).startsWith(old.substring(0, 21));
        assertThat(as(old, "GET", "/api/v2/me").status()).isEqualTo(401);
        JsonNode me = as(text(rotated), "GET", "/api/v2/me").json();
        for (String kept : List.of("id", "name", "scope", "created_at", "expires_at")) {
            assertThat(me.path(kept)).isEqualTo(created.json().path(kept));
        }
        assertThat(me.path("rotated_at").asText()).isNotEmpty();
        assertThat(me.path("former_secret_expires_at").isNull()).isTrue();
    }

    @Test
    void aGracePeriodKeepsTheOldSecretForRequestsAndNotForRotations() {
        String old = text(create("reports", "read", null));

        Reply rotated = as(old, "POST", PATH + "/reports/rotate", "{\"grace\": \"1h\"}");

        assertThat(as(old, "GET", "/api/v2/me")
                        .json()
                        .path("former_secret_expires_at")
                        .asText())
                .isNotEmpty();
        assertThat(as(text(rotated), "GET", "/api/v2/me").status()).isEqualTo(200);
        Reply stolen = as(old, "POST", PATH + "/reports/rotate");
        assertThat(stolen.status()).isEqualTo(403);
        assertThat(stolen.error())
                .isEqualTo(
                        "The request has the former secret of a key that was rotated: rotating a key needs its new secret.");
        Reply twice = as(text(rotated), "POST", PATH + "/reports/rotate", "{\"grace\": \"1h\"}");
        assertThat(twice.status()).isEqualTo(409);
        assertThat(twice.error())
                .startsWith("grace is 1h, but the key 'reports' has a former secret until ")
                .endsWith("rotate it without grace, which ends both secrets, or later.");
        String last = text(as(text(rotated), "POST", PATH + "/reports/rotate"));
        assertThat(as(old, "GET", "/api/v2/me").status()).isEqualTo(401);
        assertThat(as(text(rotated), "GET", "/api/v2/me").status()).isEqualTo(401);
        assertThat(as(last, "GET", "/api/v2/me").status()).isEqualTo(200);
    }

    @Test
    void aFormerSecretEndsWithItsKey() {
        String old = text(create("reports", "read", null));
        String last = text(server.post(PATH + "/reports/rotate", "{\"grace\": \"1h\"}"));

        server.delete(PATH + "/reports");

        assertThat(as(old, "GET", "/api/v2/me").status()).isEqualTo(401);
        assertThat(as(last, "GET", "/api/v2/me").status()).isEqualTo(401);
    }

    @Test
    void aKeyRotatesItselfByIdOrNameAndCanNotRaiseItself() {
        Reply created = create("reports", "read", "1d");
        String id = created.json().path("id").asText();

        Reply raised = as(text(created), "POST", PATH + "/" + id + "/rotate", "{\"scope\": \"admin\"}");
        Reply longer = as(text(created), "POST", PATH + "/" + id + "/rotate", "{\"lifetime\": \"90d\"}");
        Reply rotated = as(text(created), "POST", PATH + "/" + id + "/rotate");

        assertThat(raised.error()).isEqualTo("The field 'scope' is not known: choose grace.");
        assertThat(longer.error()).isEqualTo("The field 'lifetime' is not known: choose grace.");
        assertThat(rotated.json().path("scope").asText()).isEqualTo("read");
        assertThat(rotated.json().path("expires_at")).isEqualTo(created.json().path("expires_at"));
    }

    @Test
    void revokedExpiredAndUnknownKeysAreNotRotated() {
        String id = create("reports", "read", null).json().path("id").asText();
        server.delete(PATH + "/reports");
        server.nerium().keys().create("over", Scope.READ, Optional.of(Duration.ofMillis(1)));

        assertThat(server.post(PATH + "/" + id + "/rotate", "{}").error())
                .startsWith("The key 'reports' was revoked at ")
                .endsWith(": create a new key.");
        Reply over = server.post(PATH + "/over/rotate", "{}");
        assertThat(over.status()).isEqualTo(409);
        assertThat(over.error()).startsWith("The key 'over' expired at ");
        assertThat(server.post(PATH + "/none/rotate", "{}").status()).isEqualTo(404);
        assertThat(server.post(PATH + "/admin/rotate", "{\"grace\": \"31d\"}").error())
                .isEqualTo("grace is 31d: expected at most 30d.");
    }

    @Test
    void aKeyHasTheGroupsOfItsCreation() {
        Reply created = server.post(
                PATH,
                "{\"name\": \"reports\", \"scope\": \"read\", \"groups\": [\"finance\", \"a.b-c_D9\", \"finance\"]}");

        assertThat(created.json().path("groups").toString()).isEqualTo("[\"a.b-c_D9\",\"finance\"]");
        assertThat(groups(as(text(created), "GET", "/api/v2/me"))).containsExactly("a.b-c_D9", "finance");
        assertThat(server.get(PATH).json().at("/keys/0/groups"))
                .isEqualTo(created.json().path("groups"));
        assertThat(groups(server.get("/api/v2/me"))).isEmpty();
    }

    @Test
    void otherGroupsCountForTheNextRequest() {
        String key = text(create("reports", "read", null));
        assertThat(groups(as(key, "GET", "/api/v2/me"))).isEmpty();

        Reply changed = as(admin, "PUT", PATH + "/reports/groups", "{\"groups\": [\"finance\"]}");

        assertThat(changed.status()).isEqualTo(200);
        assertThat(groups(changed)).containsExactly("finance");
        assertThat(groups(as(key, "GET", "/api/v2/me"))).containsExactly("finance");
        assertThat(groups(as(text(server.post(PATH + "/reports/rotate", "{}")), "GET", "/api/v2/me")))
                .containsExactly("finance");
        as(admin, "PUT", PATH + "/reports/groups", "{\"groups\": []}");
        assertThat(groups(server.get(PATH + "?limit=1").json().at("/keys/0"))).isEmpty();
    }

    @Test
    void wrongGroupsAreRefusedAndTheKeyKeepsItsGroups() {
        server.post(PATH, "{\"name\": \"reports\", \"scope\": \"read\", \"groups\": [\"finance\"]}");
        String many = IntStream.range(0, 33).mapToObj(i -> "\"g" + i + "\"").collect(Collectors.joining(","));
        String cases = """
            {}                                 | groups is missing: it lists all groups of the key, or none ([]).
            {"groups": null}                   | groups is missing: it lists all groups of the key, or none ([]).
            {"groups": "finance"}              | groups is "finance": expected a list of names, such as ["analysts"].
            {"groups": {"a": "b"}}             | groups is {"a":"b"}: expected a list of names, such as ["analysts"].
            {"groups": ["a", 1]}               | groups is ["a",1]: expected a list of names, such as ["analysts"].
            {"groups": ["a,b"]}                | groups has the name 'a,b': expected 1 to 64 letters, digits, dots, dashes or underscores.
            {"groups": [""]}                   | groups has the name '': expected 1 to 64 letters, digits, dots, dashes or underscores.
            {"groups": ["/a"]}                 | groups has the name '/a': expected 1 to 64 letters, digits, dots, dashes or underscores.
            {"groups": [%s]}                   | groups has 33 names: expected at most 32.
            {"group": ["a"]}                   | The field 'group' is not known: choose groups. Did you mean 'groups'?
            """.formatted(many);
        cases.lines().map(line -> line.split(" +\\| ", 2)).forEach(one -> {
            Reply reply = as(admin, "PUT", PATH + "/reports/groups", one[0]);

            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error()).isEqualTo(one[1]);
        });
        assertThat(as(admin, "PUT", PATH + "/none/groups", "{\"groups\": []}").status())
                .isEqualTo(404);
        assertThat(groups(server.get(PATH).json().at("/keys/0"))).containsExactly("finance");
    }

    @Test
    void aRevokedKeyGetsNoGroups() {
        String id = create("reports", "read", null).json().path("id").asText();
        server.delete(PATH + "/reports");

        Reply refused = as(admin, "PUT", PATH + "/" + id + "/groups", "{\"groups\": [\"finance\"]}");

        assertThat(refused.status()).isEqualTo(409);
        assertRefusal(refused, "KEY_CONFLICT", "The key 'reports' was revoked: create a new key.");
        assertThat(groups(server.get(PATH + "?revoked=true").json().at("/keys/0")))
                .isEmpty();
    }

    @RepeatedTest(3)
    void groupsThatAnotherProcessSetsCountForTheNextRequest() {
        String key = text(create("reports", "read", null));
        assertThat(groups(as(key, "GET", "/api/v2/me"))).isEmpty();

        try (Keys others = Keys.open(NeriumConfig.load(server.home(), Map.of(), Map.of()))) {
            others.setGroups("reports", Groups.of(List.of("finance")));
        }

        assertThat(groups(as(key, "GET", "/api/v2/me"))).containsExactly("finance");
    }

    private static List<String> groups(Reply key) {
        return groups(key.json());
    }

    private static List<String> groups(JsonNode key) {
        List<String> names = new ArrayList<>();
        key.path("groups").forEach(name -> names.add(name.asText()));
        return names;
    }

    @RepeatedTest(3)
    void aRotationByAnotherProcessCountsForTheNextRequest() {
        String old = text(create("reports", "read", null));
        assertThat(as(old, "GET", "/api/v2/me").status()).isEqualTo(200);
        String last;
        try (Keys others = Keys.open(NeriumConfig.load(server.home(), Map.of(), Map.of()))) {
            last = others.rotate("reports", Duration.ZERO).text();
        }

        assertThat(as(old, "GET", "/api/v2/me").status()).isEqualTo(401);
        assertThat(as(last, "GET", "/api/v2/me").status()).isEqualTo(200);
    }

    @Test
    void ofRotationsAtTheSameTimeOneSecretRemains() {
        create("reports", "read", null);

        List<CompletableFuture<Reply>> rotations = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> server.post(PATH + "/reports/rotate", "{}")))
                .limit(4)
                .toList();

        List<Reply> replies = rotations.stream().map(CompletableFuture::join).toList();
        assertThat(replies).extracting(Reply::status).isSubsetOf(200, 409);
        assertThat(replies.stream()
                        .filter(reply -> reply.status() == 200)
                        .filter(reply -> as(text(reply), "GET", "/api/v2/me").status() == 200))
                .hasSize(1);
    }

    @Test
    void noSecretIsInTheLogOrInAFileOrInAnError() throws IOException {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        StreamHandler handler =
                new StreamHandler(new PrintStream(log, true, StandardCharsets.UTF_8), new SimpleFormatter());
        handler.setLevel(Level.ALL);
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        try {
            String created = text(create("reports", "read", null));
            String rotated = text(server.post(PATH + "/reports/rotate", "{\"grace\": \"1h\"}"));
            Reply path = server.delete(PATH + "/" + rotated);
            Reply name = create(created, "read", null);
            server.nerium().close();
            handler.flush();

            assertThat(path.status()).isEqualTo(404);
            String told = path.text() + name.text() + log.toString(StandardCharsets.UTF_8);
            assertThat(told).contains("The key 'reports'", "was rotated by the key 'admin'");
            for (String secret : List.of(created.substring(21), rotated.substring(21))) {
                assertThat(told).doesNotContain(secret);
                try (Stream<Path> files = Files.walk(server.home())) {
                    assertThat(files.filter(Files::isRegularFile)).noneMatch(file -> contains(file, secret));
                }
            }
        } finally {
            root.removeHandler(handler);
            server.restart();
        }
    }

    private Reply create(String name, String scope, @org.jspecify.annotations.Nullable String lifetime) {
        String end = lifetime == null ? "" : ", \"lifetime\": \"" + lifetime + "\"";
        return server.post(PATH, "{\"name\": \"%s\", \"scope\": \"%s\"%s}".formatted(name, scope, end));
    }

    private Reply as(String key, String method, String path) {
        return as(key, method, path, "");
    }

    private Reply as(String key, String method, String path, String body) {
        return server.send(server.request(path)
                .setHeader("Authorization", "Bearer " + key)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build());
    }

    private static String text(Reply reply) {
        return reply.json().path("key").asText();
    }

    private static List<String> names(Reply reply) {
        List<String> names = new ArrayList<>();
        reply.json().path("keys").forEach(key -> names.add(key.path("name").asText()));
        return names;
    }

    private static void assertRefusal(Reply reply, String code, String error) {
        assertThat(reply.json().path("code").asText()).isEqualTo(code);
        assertThat(reply.error()).isEqualTo(error);
    }

    private static boolean contains(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
