package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The vendor's own client, with nothing changed but its base URL and key. */
@Tag("interop")
class VendorClientTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void runsAQuery() {
        JsonNode result = vendor("""
                result = polars(
                    query="SELECT species, count(*) AS n, avg(petal_width) AS w FROM flowers GROUP BY species ORDER BY w",
                    tables=["flowers=default.flowers"],
                )
                answer(result.model_dump())
                """);

        assertThat(result.path("success").asBoolean()).isTrue();
        assertThat(result.at("/results/columns").toString()).isEqualTo("[\"species\",\"n\",\"w\"]");
        assertThat(result.at("/results/column_types").toString()).isEqualTo("[\"String\",\"Int64\",\"Float64\"]");
        assertThat(result.at("/results/rows/0/0").asText()).isEqualTo("setosa");
        assertThat(result.at("/results/rows/0/1").asInt()).isEqualTo(50);
        assertThat(result.path("row_count").asInt()).isEqualTo(3);
        assertThat(result.path("execution_time").asText()).endsWith("ms");
        assertThat(result.path("saved").isNull()).isTrue();
        assertThat(result.at("/compute/mode").asText()).isEqualTo("daytona");
        assertThat(result.at("/compute/distributed").asBoolean()).isFalse();
    }

    @Test
    void namesTablesInEveryForm() {
        JsonNode rows = vendor("""
                result = polars(
                    query="SELECT count(*) AS n FROM flowers JOIN f USING (species) JOIN g USING (species)",
                    tables=[
                        "default.flowers",
                        PolarsTable(alias="f", table="default.flowers"),
                        "g=oleander.default.flowers",
                    ],
                    catalog="oleander",
                    vcpus=2,
                )
                answer(result.results.rows)
                """);

        assertThat(rows.toString()).isEqualTo("[[375000]]");
    }

    @Test
    void runsAScriptWithParameters() {
        JsonNode rows = vendor("""
                result = polars(
                    script='''
                result = pl.LazyFrame({"name": list(params), "value": list(params.values())}).sort("name")
                ''',
                    params={"text": "5.0", "number": 3, "fraction": 0.25, "flag": True},
                )
                answer(result.results.rows)
                """);

        assertThat(rows.toString())
                .isEqualTo("[[\"flag\",\"true\"],[\"fraction\",\"0.25\"],[\"number\",\"3\"],[\"text\",\"5.0\"]]");
    }

    @Test
    void savesByBothModes() {
        JsonNode saved = vendor("""
                answers = []
                for mode in ("overwrite", "append", "overwrite"):
                    result = polars(
                        query="SELECT species, sepal_length FROM f WHERE species = 'setosa'",
                        tables=["f=default.flowers"],
                        destination="vendor.setosa",
                        save_mode=mode,
                    )
                    count = polars(query="SELECT count(*) AS n FROM t", tables=["t=vendor.setosa"])
                    answers.append([result.saved.model_dump(), result.row_count, count.results.rows[0][0]])
                answer(answers)
                """);

        assertThat(saved.get(0).toString())
                .isEqualTo("[{\"table\":\"vendor.setosa\",\"rows_written\":50,\"mode\":\"overwrite\"},50,50]");
        assertThat(saved.get(1).toString())
                .isEqualTo("[{\"table\":\"vendor.setosa\",\"rows_written\":50,\"mode\":\"append\"},50,100]");
        assertThat(saved.at("/2/2").asInt()).isEqualTo(50);
    }

    @Test
    void learnsWhatWasWrongWithARequest() {
        JsonNode error = vendor("""
                try:
                    polars(query="SELECT sepal_lenght FROM f", tables=["f=default.flowers"])
                except OleanderHttpError as error:
                    answer([error.status, error.api_error, error.api_details, str(error)])
                """);

        assertThat(error.path(0).asInt()).isEqualTo(400);
        assertThat(error.path(1).asText()).isNotBlank().isEqualTo(error.path(3).asText());
        assertThat(error.path(1).asText() + error.path(2).asText()).contains("sepal_lenght", "sepal_length");
    }

    @Test
    void learnsTheNearestNameOfAnUnknownTable() {
        JsonNode error = vendor("""
                try:
                    polars(query="SELECT * FROM f", tables=["f=default.flower"])
                except OleanderHttpError as error:
                    answer([error.status, error.api_error])
                """);

        assertThat(error.path(0).asInt()).isEqualTo(400);
        assertThat(error.path(1).asText()).contains("default.flower'", "default.flowers");
    }

    @Test
    void learnsThatVcpusAreNotOffered() {
        JsonNode error = vendor("""
                try:
                    polars(query="SELECT 1 FROM f", tables=["f=default.flowers"], vcpus=3)
                except OleanderHttpError as error:
                    answer([error.status, error.api_error])
                """);

        assertThat(error.toString()).isEqualTo("[400,\"vcpus is 3: choose 2, 4, 8, 16 or 32.\"]");
    }

    @Test
    void isRefusedWithAWrongKey() {
        JsonNode error = vendor("""
                client = Oleander(api_key="nobody", base_url=URL)
                try:
                    polars(query="SELECT 1 FROM f", tables=["f=default.flowers"])
                except OleanderHttpError as error:
                    answer([error.status, error.body, str(error)])
                """);

        assertThat(error.toString()).isEqualTo("[401,{\"error\":\"Unauthorized\"},\"Unauthorized\"]");
    }

    @Test
    void looksAtARun() {
        String id = server.query("SELECT 1 AS one FROM f", "f=default.flowers")
                .json()
                .path("run_id")
                .asText();

        JsonNode run = vendor("answer(asyncio.run(client.get_run('" + id + "')).model_dump())");

        assertThat(run.path("id").asText()).isEqualTo(id);
        assertThat(run.path("state").asText()).isEqualTo("COMPLETE");
        assertThat(run.path("error").isNull()).isTrue();
        assertThat(run.path("ended_at").asText())
                .isGreaterThanOrEqualTo(run.path("started_at").asText());
    }

    @Test
    void learnsThatThereIsNoSuchRun() {
        JsonNode error = vendor("""
                try:
                    asyncio.run(client.get_run("01999999-0000-7000-8000-000000000000"))
                except RunNotFoundError as error:
                    answer([error.status, error.run_id])
                """);

        assertThat(error.toString()).isEqualTo("[404,\"01999999-0000-7000-8000-000000000000\"]");
    }

    @Test
    void looksThroughTheCatalogs() {
        JsonNode seen = vendor("""
                catalogs = asyncio.run(client.list_catalogs(include_tables=True))
                tables = asyncio.run(client.list_catalog_tables(namespace="default"))
                schema = asyncio.run(client.get_catalog_table_schema("flowers"))
                size = asyncio.run(client.get_catalog_table_size("flowers"))
                answer([
                    [catalog.name for catalog in catalogs.registered_catalogs],
                    [table.table for table in catalogs.catalogs],
                    [table.table for table in tables.tables],
                    [field.name for field in schema.fields],
                    [size.record_count, size.data_file_count],
                ])
                """);

        assertThat(seen.get(0).toString()).isEqualTo("[\"oleander\"]");
        assertThat(seen.get(1).toString()).contains("flowers");
        assertThat(seen.get(2).toString()).contains("flowers");
        assertThat(seen.get(3).toString()).contains("species");
        assertThat(seen.get(4).toString()).isEqualTo("[\"150\",1]");
    }

    private static JsonNode vendor(String program) {
        return Python.run(server, "vendor", program);
    }
}
