package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestFiles;
import dev.nerium.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** dbt, Airflow and Spark report their runs to Nerium, by the integrations that OpenLineage and they publish. */
@Tag("interop")
class OthersReportLineageTest {
    private static final Path RESOURCES =
            Path.of("server", "src", "test", "resources", "interop", "lineage").toAbsolutePath();

    private static TestServer server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void dbtDoes() throws Exception {
        copy(RESOURCES.resolve("dbt"), folder);

        run(List.of(client("dbt-ol"), "build"), toNerium());

        assertThat(states("dbt", "shop.main.shop.totals.build.run")).containsExactly("START", "COMPLETE");
        assertThat(upstream("duckdb://shop.duckdb", "shop.main.totals"))
                .contains(
                        "dataset:duckdb://shop.duckdb:shop.main.large_orders",
                        "job:dbt:shop.main.shop.totals.build.run");
    }

    @Test
    void airflowDoes() throws Exception {
        copy(RESOURCES.resolve("airflow"), Files.createDirectory(folder.resolve("dags")));
        Map<String, String> environment = Map.of(
                "AIRFLOW_HOME",
                folder.toString(),
                "AIRFLOW__CORE__LOAD_EXAMPLES",
                "False",
                "AIRFLOW__OPENLINEAGE__NAMESPACE",
                "airflow",
                "AIRFLOW__OPENLINEAGE__TRANSPORT",
                """
                        {"type": "http", "url": "%s", "auth": {"type": "api_key", "apiKey": "%s"}}""".formatted(server.url(), server.key()));

        run(List.of(client("airflow"), "db", "migrate"), environment);
        run(List.of(client("airflow"), "dags", "test", "shop"), environment);

        assertThat(states("airflow", "shop.totals")).containsExactly("START", "COMPLETE");
        assertThat(states("airflow", "shop")).contains("COMPLETE");
        assertThat(events("airflow", "shop.totals"))
                .extracting(event -> event.path("integration").asText())
                .containsOnly("AIRFLOW");
        assertThat(events("airflow", "shop.totals"))
                .extracting(event -> event.path("parent_job_name").asText())
                .containsOnly("shop");
    }

    @Test
    @Tag("spark")
    void sparkDoes() throws Exception {
        run(
                List.of(
                        Spark.setting("NERIUM_SPARK_PYTHON"),
                        RESOURCES.resolve("spark.py").toString(),
                        jar().toString(),
                        server.url().toString(),
                        server.key(),
                        folder.toString()),
                Map.of("JAVA_HOME", Spark.setting("NERIUM_SPARK_JAVA")));

        JsonNode graph = graph("file", folder.resolve("totals").toString());

        assertThat(ids(graph))
                .contains("dataset:file:" + folder.resolve("totals"), "dataset:file:" + folder.resolve("orders"));
        assertThat(graph.at("/columns/0/from/field").asText()).isEqualTo("amount");
        assertThat(graph.at("/columns/0/to/field").asText()).isEqualTo("total");
        assertThat(graph.at("/columns/0/transformations/0/subtype").asText()).isEqualTo("AGGREGATION");
    }

    /** Where {@code pom.xml} puts OpenLineage's listener for Spark. */
    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("server", "target", "spark-lineage"))) {
            return files.findFirst().orElseThrow().toAbsolutePath();
        }
    }

    private static Map<String, String> toNerium() {
        return Map.of("OPENLINEAGE_URL", server.url().toString(), "OPENLINEAGE_API_KEY", server.key());
    }

    private static List<String> states(String namespace, String job) {
        return events(namespace, job).stream()
                .map(event -> event.path("run_state").asText())
                .toList();
    }

    private static List<JsonNode> events(String namespace, String job) {
        JsonNode events =
                server.get("/api/v1/events?start=0&end=99999999999&order=asc").json();
        return events.valueStream()
                .filter(event -> event.path("job_namespace").asText().equals(namespace)
                        && event.path("job_name").asText().equals(job))
                .toList();
    }

    private static List<String> upstream(String namespace, String name) {
        return ids(graph(namespace, name));
    }

    private static JsonNode graph(String namespace, String name) {
        return server.get("/api/v1/lineage/graph?direction=upstream&columns=total&namespace=%s&name=%s"
                        .formatted(namespace, name))
                .json();
    }

    private static List<String> ids(JsonNode graph) {
        return graph.path("nodes")
                .valueStream()
                .map(node -> node.path("id").asText())
                .toList();
    }

    /** A program of the environment that has these clients. */
    private static String client(String name) {
        String python = System.getenv("NERIUM_LINEAGE_PYTHON");
        assertThat(python)
                .as("NERIUM_LINEAGE_PYTHON is not set: run the tests by './nerium test', which makes that environment")
                .isNotBlank();
        return Path.of(Objects.requireNonNull(python)).resolveSibling(name).toString();
    }

    private void run(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
        Path log = TestFiles.newFile("lineage");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        // They call each other by name.
        builder.environment()
                .merge(
                        "PATH",
                        Path.of(command.getFirst()).resolveSibling("").toString(),
                        (path, own) -> own + ":" + path);
        try {
            assertThat(builder.start().waitFor()).as(() -> text(log)).isZero();
        } finally {
            Files.delete(log);
        }
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(Objects.requireNonNull(copy.getParent()));
                Files.copy(file, copy);
            }
        }
    }
}
