package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.error.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a newcomer reads: the OpenAPI file, the page that shows it, and whether the server is up. */
@Tag("server")
class DocsTest {
    private static final Pattern LINK = Pattern.compile("(?:src|href)=\"(/[^\"]+)\"");
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        server.useKey("");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void thePageLinksOnlyToWhatTheServerHas() {
        Reply page = server.get("/docs");
        List<String> links = new ArrayList<>();
        for (Matcher link = LINK.matcher(page.text()); link.find(); ) {
            links.add(link.group(1));
        }

        assertThat(page.response().headers().firstValue("Content-Type")).contains("text/html");
        assertThat(page.text()).contains("url: \"/openapi.yaml\"");
        assertThat(links)
                .hasSize(2)
                .allSatisfy(link -> assertThat(server.get(link).status()).isEqualTo(200));
    }

    @Test
    void theFileIsOpenApi31AndNamesEveryRoute() throws IOException {
        Reply file = server.get("/openapi.yaml");
        JsonNode api = new YAMLMapper().readTree(file.text());
        List<String> paths = new ArrayList<>();
        api.path("paths").fieldNames().forEachRemaining(paths::add);

        assertThat(file.response().headers().firstValue("Content-Type")).contains("application/yaml");
        assertThat(api.path("openapi").asText()).isEqualTo("3.1.0");
        assertThat(paths)
                .containsExactlyInAnyOrder(
                        "/api/v1/warehouse/polars",
                        "/api/v1/query",
                        "/api/v1/warehouse/query",
                        "/api/v1/environment-variables",
                        "/api/v1/environment-variables/{id}",
                        "/api/v2/quotas",
                        "/api/v2/quotas/default",
                        "/api/v2/quotas/key/{id}",
                        "/api/v2/quotas/group/{name}",
                        "/api/v2/usage",
                        "/api/v2/spark/artifacts",
                        "/api/v2/spark/clusters/{name}",
                        "/api/v2/spark/jobs",
                        "/api/v2/spark/query",
                        "/api/v2/runs/{id}",
                        "/api/v2/runs",
                        "/api/v2/runs/{id}/logs",
                        "/api/v2/runs/{id}/events",
                        "/api/v2/runs/{id}/plan",
                        "/api/v2/runs/{id}/profile",
                        "/api/v2/runs/{id}/replay",
                        "/api/v2/runs/{id}/result",
                        "/api/v1/catalogs",
                        "/api/v1/catalogs/{catalog}/namespaces",
                        "/api/v1/catalogs/{catalog}/namespaces/{namespace}/tables",
                        "/api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}",
                        "/api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/size",
                        "/api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/refs",
                        "/api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/refs/fast-forward",
                        "/api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/refs/drop",
                        "/api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/compact",
                        "/api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/expire",
                        "/api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/remove-orphans",
                        "/api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/rollback",
                        "/api/v2/status",
                        "/api/v2/runtime",
                        "/health",
                        "/ready",
                        "/metrics",
                        "/api/v1/lineage",
                        "/api/v1/lineage/graph",
                        "/api/v1/events",
                        "/api/v2/runs/{id}/lineage",
                        "/api/v2/me",
                        "/api/v2/session",
                        "/api/v2/keys",
                        "/api/v2/keys/{id}",
                        "/api/v2/keys/{id}/groups",
                        "/api/v2/keys/{id}/rotate",
                        "/api/v2/grants",
                        "/api/v2/grants/{id}",
                        "/openapi.yaml");
    }

    /** A 401 has no code. */
    @Test
    void theFileNamesEveryErrorCode() throws IOException {
        JsonNode codes = new YAMLMapper()
                .readTree(server.get("/openapi.yaml").text())
                .at("/components/schemas/Failure/properties/code/enum");
        List<String> named = new ArrayList<>();
        codes.forEach(code -> named.add(code.asText()));

        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ErrorCode.values())
                        .filter(code -> code != ErrorCode.UNAUTHORIZED)
                        .map(ErrorCode::name)
                        .toList());
    }

    @Test
    void healthAndReadinessNeedNoKey() {
        assertThat(server.get("/health").json().path("status").asText()).isEqualTo("up");
        assertThat(server.home().resolve("server.id"))
                .hasContent(server.get("/health").json().path("server").asText());
        assertThat(server.get("/ready").json().path("status").asText()).isEqualTo("ready");
        assertThat(server.get("/ready").json().path("weaknesses").isArray()).isTrue();
    }
}
