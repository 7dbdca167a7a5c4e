package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.auth.Scope;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The newer routes of the commercial API, by the vendor's own client. */
@Tag("interop")
class VendorQueryTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("results.cache-bytes", "64MiB"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void readsRowsWithTheDecisionAboutTheEngine() {
        JsonNode result = vendor("""
                result = read(sql="SELECT species, count(*) AS n FROM oleander.default.flowers GROUP BY species ORDER BY species")
                answer(result.model_dump())
                """);

        assertThat(result.path("success").asBoolean()).isTrue();
        assertThat(result.at("/results/columns").toString()).isEqualTo("[\"species\",\"n\"]");
        assertThat(result.at("/results/rows").toString())
                .isEqualTo("[[\"setosa\",50],[\"versicolor\",50],[\"virginica\",50]]");
        assertThat(result.path("row_count").asInt()).isEqualTo(3);
        assertThat(result.path("execution_time").asText()).matches("\\d+ms");
        assertThat(result.path("engine_version").asText()).matches("\\d+\\..+");
        assertThat(result.at("/job/namespace").asText()).isEqualTo("nerium");
        assertThat(result.at("/job/name").asText()).isEqualTo("polars.query");
        JsonNode decision = result.path("engine_decision");
        assertThat(decision.path("engine").asText()).isEqualTo("polars");
        assertThat(decision.path("execution_mode").asText()).isEqualTo("sandbox");
        assertThat(decision.path("vcpus").asInt()).isEqualTo(2);
        assertThat(decision.at("/sandbox/memory_gb").asDouble()).isPositive();
        assertThat(decision.path("input_tables").toString()).isEqualTo("[\"oleander.default.flowers\"]");
        assertThat(decision.path("size_band").asText()).isEqualTo("small");
        assertThat(decision.path("reasons").toString())
                .contains("engine is auto, and this server has no cluster", "reads 1 data files");
    }

    @Test
    void estimatesTheInputByThePlannedFiles() {
        JsonNode bytes = vendor("""
                sql = "SELECT count(DISTINCT sepal_length) AS n FROM flowers"
                size = asyncio.run(client.get_catalog_table_size("flowers")).size_bytes
                run = read(sql=sql).engine_decision
                plan = read(sql=sql, explain=True).engine_decision
                empty = read(sql="SELECT 1 AS one").engine_decision
                answer([size, run.estimated_input_bytes, plan.estimated_input_bytes, empty.estimated_input_bytes])
                """);

        assertThat(bytes.get(0).asLong()).isPositive();
        assertThat(bytes.get(1)).isEqualTo(bytes.get(0));
        assertThat(bytes.get(2)).isEqualTo(bytes.get(0));
        assertThat(bytes.get(3).asText()).isEqualTo("0");
    }

    @Test
    void saysThatARepeatedQueryReadNothing() {
        JsonNode reasons = vendor("""
                query = dict(sql="SELECT max(petal_width) AS w FROM f", tables=["f=default.flowers"])
                first = read(**query)
                again = read(**query)
                answer([first.engine_decision.reasons, again.engine_decision.reasons, first.results.rows == again.results.rows])
                """);

        assertThat(reasons.get(0).toString()).doesNotContain("earlier run");
        assertThat(reasons.get(1).toString()).contains("earlier run");
        assertThat(reasons.get(2).asBoolean()).isTrue();
    }

    @Test
    void explainsWithoutRunning() {
        JsonNode seen = vendor("""
                plan = read(sql="SELECT * FROM flowers", explain=True)
                write = submit(sql="SELECT * FROM flowers", destination="sdk.explained", explain=True)
                waited = asyncio.run(client.query_submit_and_wait(QuerySubmitAndWaitOptions(
                    sql="SELECT * FROM flowers", destination="sdk.explained", explain=True)))
                tables = [t.table for t in asyncio.run(client.list_catalog_tables()).tables]
                answer([plan.model_dump(), write.model_dump(), waited.run_id, "explained" in tables])
                """);

        assertThat(seen.at("/0/explain").asBoolean()).isTrue();
        assertThat(seen.at("/0/results").isNull()).isTrue();
        assertThat(seen.at("/0/engine_decision/engine").asText()).isEqualTo("polars");
        assertThat(seen.at("/0/engine_decision/input_tables").toString()).isEqualTo("[\"oleander.default.flowers\"]");
        assertThat(seen.at("/0/explanation/columns").toString()).contains("species");
        assertThat(seen.at("/1/explain").asBoolean()).isTrue();
        assertThat(seen.at("/1/state").isNull()).isTrue();
        assertThat(seen.get(2).isNull()).isTrue();
        assertThat(seen.get(3).asBoolean()).isFalse();
    }

    @Test
    void runsAScriptOverItsTables() {
        JsonNode result = vendor("""
                result = read(
                    script="result = f.group_by('species').agg(pl.len()).join(g.select('species').unique(), on='species').sort('species')",
                    tables=["f=default.flowers", {"alias": "g", "table": "oleander.default.flowers"}],
                )
                plan = read(script="result = f", tables=["f=default.flowers"], explain=True)
                answer([result.model_dump(), plan.model_dump()])
                """);

        assertThat(result.at("/0/results/rows").toString())
                .isEqualTo("[[\"setosa\",50],[\"versicolor\",50],[\"virginica\",50]]");
        assertThat(result.at("/0/engine_decision/engine").asText()).isEqualTo("polars");
        assertThat(result.at("/0/job/name").asText()).isEqualTo("polars.script");
        assertThat(result.at("/1/engine_decision/input_tables").toString()).isEqualTo("[\"oleander.default.flowers\"]");
    }

    @Test
    void writesToADestinationInBothModes() {
        JsonNode seen = vendor("""
                answers = []
                for mode in ("overwrite", "append", "overwrite"):
                    wrote = submit(
                        sql="SELECT species FROM flowers WHERE species = 'setosa'",
                        destination="oleander.sdk.setosa",
                        write_mode=mode,
                        engine="polars",
                    )
                    count = read(sql="SELECT count(*) AS n FROM sdk.setosa").results.rows[0][0]
                    answers.append([wrote.state, wrote.run_id, wrote.row_count, wrote.output_table, wrote.write_mode, count])
                script = submit(script="result = scan('sdk.setosa').head(7)", destination="sdk.seven")
                waited = asyncio.run(client.query_submit_and_wait(QuerySubmitAndWaitOptions(
                    sql="SELECT * FROM sdk.seven LIMIT 3", destination="sdk.three")))
                answers.append([script.state, script.row_count, waited.state, waited.run_id, waited.result.row_count])
                answer(answers)
                """);

        assertThat(seen.get(0).toString()).isEqualTo("[\"COMPLETE\",null,50,\"sdk.setosa\",\"overwrite\",50]");
        assertThat(seen.get(1).toString()).isEqualTo("[\"COMPLETE\",null,50,\"sdk.setosa\",\"append\",100]");
        assertThat(seen.at("/2/5").asInt()).isEqualTo(50);
        assertThat(seen.get(3).toString()).isEqualTo("[\"COMPLETE\",7,\"COMPLETE\",null,3]");
    }

    @Test
    void changesTablesInPlace() {
        JsonNode seen = vendor("""
                def change(sql):
                    done = submit(sql=sql)
                    return [done.state, done.run_id, done.row_count, done.engine_decision.engine]

                answer([
                    change("CREATE TABLE sdk.places (id BIGINT, name VARCHAR)"),
                    change("INSERT INTO sdk.places VALUES (1, 'a'), (2, 'b'), (3, NULL)"),
                    change("UPDATE sdk.places SET name = 'c' WHERE id = 2"),
                    change("DELETE FROM sdk.places WHERE name IS NULL"),
                    change("MERGE INTO sdk.places t USING (SELECT 1 AS id, 'z' AS name) s ON t.id = s.id"
                           " WHEN MATCHED THEN UPDATE SET name = s.name"),
                    read(sql="SELECT * FROM sdk.places ORDER BY id").results.rows,
                    change("DROP TABLE sdk.places"),
                    refused(client.query_submit(QuerySubmitOptions(
                        sql="INSERT INTO sdk.none VALUES (1)"))),
                ])
                """);

        assertThat(seen.get(0).toString()).isEqualTo("[\"COMPLETE\",null,0,\"polars\"]");
        assertThat(seen.at("/1/2").asInt()).isEqualTo(3);
        assertThat(seen.at("/2/2").asInt()).isEqualTo(1);
        assertThat(seen.at("/3/2").asInt()).isEqualTo(1);
        assertThat(seen.at("/4/2").asInt()).isEqualTo(1);
        assertThat(seen.get(5).toString()).isEqualTo("[[1,\"z\"],[2,\"c\"]]");
        assertThat(seen.at("/6/0").asText()).isEqualTo("COMPLETE");
        assertThat(seen.at("/7/1").asInt()).isEqualTo(400);
        assertThat(seen.at("/7/2").asText()).contains("sdk.none");
    }

    @Test
    void refusesEnginesThatItDoesNotHave() {
        JsonNode errors = vendor("""
                answer([
                    refused(client.query_run(QueryRunOptions(sql="SELECT 1 AS a", engine="duckdb"))),
                    refused(client.query_run(QueryRunOptions(sql="SELECT 1 AS a", engine="bloom"))),
                    refused(client.query_submit(QuerySubmitOptions(
                        sql="SELECT 1 AS a", destination="sdk.never", engine="spark"))),
                    refused(client.polars(PolarsOptions(
                        query="SELECT 1 AS a FROM f", tables=["f=default.flowers"], distributed=True, destination="sdk.never"))),
                ])
                """);

        assertThat(errors.get(0).toString())
                .startsWith("[\"OleanderHttpError\",400,\"engine is 'duckdb'")
                .contains("Send auto or polars.");
        assertThat(errors.get(1).toString()).startsWith("[\"OleanderHttpError\",400,\"engine is 'bloom'");
        assertThat(errors.get(2).toString())
                .startsWith("[\"OleanderHttpError\",400,\"engine is 'spark'")
                .contains("distributed.backend is none");
        assertThat(errors.get(3).toString())
                .startsWith("[\"OleanderHttpError\",400,")
                .contains("distributed.backend is none");
    }

    /** The client takes each 403 of this route for an exceeded limit of credits. */
    @Test
    void aMissingRightIsNoErrorOfPayment() {
        String admin = server.key();
        server.useKey("sdk-reader", Scope.READ);
        JsonNode errors;
        try {
            errors = vendor("""
                    answer([
                        refused(client.query_submit(QuerySubmitOptions(
                            sql="SELECT 1 AS a FROM flowers", destination="sdk.never"))),
                        refused(client.query_submit(QuerySubmitOptions(sql="DELETE FROM flowers"))),
                        refused(client.query_submit(QuerySubmitOptions(sql="DROP TABLE flowers"))),
                        refused(client.query("SELECT 1 AS a FROM flowers", QueryOptions(save=True))),
                        refused(client.polars(PolarsOptions(
                            query="SELECT 1 AS a FROM f", tables=["f=default.flowers"], destination="sdk.never"))),
                    ])
                    """);
            assertThat(server.post("/api/v1/query", "{\"query\": \"DELETE FROM flowers\", \"engine\": \"auto\"}")
                            .json()
                            .path("code")
                            .asText())
                    .isEqualTo("FORBIDDEN");
            assertThat(server.statement("DELETE FROM flowers").status()).isEqualTo(403);
        } finally {
            server.useKey(admin);
        }

        for (int i = 0; i < 3; i++) {
            assertThat(errors.get(i).path(0).asText()).isEqualTo("OleanderHttpError");
            assertThat(errors.get(i).path(1).asInt()).isEqualTo(400);
            assertThat(errors.get(i).path(2).asText()).contains("sdk-reader", "scope read", "needs write");
        }
        assertThat(errors.at("/3/1").asInt()).isEqualTo(403);
        assertThat(errors.at("/4/1").asInt()).isEqualTo(403);
    }

    @Test
    void showsWhatIsWrongWithAQuery() {
        JsonNode errors = vendor("""
                answer([
                    refused(client.query_run("SELECT sepal_lenght FROM flowers")),
                    refused(client.query_run("SELECT * FROM default.flower")),
                    refused(client.query_run(QueryRunOptions(script="result = 1 / 0"))),
                    refused(client.query_submit(QuerySubmitOptions(sql="SELECT 1 AS a", destination="alone"))),
                ])
                """);

        assertThat(errors.at("/0/1").asInt()).isEqualTo(400);
        assertThat(errors.at("/0/2").asText()).contains("sepal_lenght");
        assertThat(errors.at("/1/2").asText()).contains("default.flowers");
        assertThat(errors.at("/2/2").asText()).contains("ZeroDivisionError");
        assertThat(errors.at("/3/2").asText()).contains("destination is 'alone'");
    }

    /** A saveMode that is ignored would replace the table. */
    @Test
    void refusesFieldsOfTheOtherForm() {
        String body =
                "{\"query\": \"SELECT 1 AS a\", \"engine\": \"auto\", \"destination\": \"sdk.never\", \"saveMode\": \"append\"}";

        assertThat(server.post("/api/v1/query", body).error())
                .isEqualTo(
                        "saveMode is not a field of a request with engine, write_mode or script: use write_mode and engine.");
        assertThat(server.post("/api/v1/query", "{\"engine\": \"auto\"}").error())
                .isEqualTo("query and script are missing: send one of them.");
    }

    @Test
    void theNumberOfARunLeadsToItsRecord() {
        JsonNode run = vendor("""
                result = read(sql="SELECT 1 AS one")
                answer(asyncio.run(client.get_run(result.job.id)).model_dump())
                """);

        assertThat(run.path("state").asText()).isEqualTo("COMPLETE");
        assertThat(run.at("/job/name").asText()).isEqualTo("polars.query");
    }

    @Test
    void runsAndSavesLakeQueries() {
        JsonNode seen = vendor("""
                sql = "SELECT species, count(*) AS n FROM oleander.default.flowers GROUP BY species"
                plain = asyncio.run(client.query(sql))
                saved = asyncio.run(client.query(sql, QueryOptions(save=True)))
                again = asyncio.run(client.query("  " + sql + "\\n", QueryOptions(save=True)))
                stored = read(sql=f"SELECT sum(n) AS n FROM {saved.saved_table_name}").results.rows
                answer([plain.model_dump(), saved.model_dump(), again.saved_table_name, stored,
                        refused(client.query("SELECT nothing FROM flowers"))])
                """);

        assertThat(seen.at("/0/success").asBoolean()).isTrue();
        assertThat(seen.at("/0/row_count").asInt()).isEqualTo(3);
        assertThat(seen.at("/0/results/rows")).hasSize(3);
        assertThat(seen.at("/0/saved_table_name").isNull()).isTrue();
        assertThat(seen.at("/0/query").asText()).startsWith("SELECT species");
        assertThat(seen.at("/1/saved_table_name").asText()).matches("default\\.query_[0-9a-f]{16}");
        assertThat(seen.at("/1/results/rows")).hasSize(3);
        assertThat(seen.get(2)).isEqualTo(seen.at("/1/saved_table_name"));
        assertThat(seen.get(3).toString()).isEqualTo("[[150]]");
        assertThat(seen.at("/4/1").asInt()).isEqualTo(400);
    }

    @Test
    void hasNoJobsOfSparkAndSaysWhatToUse() {
        JsonNode seen = vendor("""
                jobs = asyncio.run(client.list_spark_jobs())
                own = asyncio.run(client.get_spark_cluster("oleander"))
                job = dict(namespace="n", name="j", entrypoint="main.py")
                answer([
                    jobs.model_dump(),
                    own.name,
                    refused(client.get_spark_cluster("emr")),
                    refused(client.submit_spark_job(SparkJobSubmitOptions(**job))),
                    refused(client.submit_spark_job(SparkJobSubmitOptions(cluster="emr", **job))),
                    refused(client.submit_spark_sql(SparkSqlSubmitOptions(
                        namespace="n", name="q", query="SELECT 1", output_table="default.never"))),
                ])
                """);

        assertThat(seen.get(0).toString()).isEqualTo("{\"artifacts\":[],\"has_more\":false}");
        assertThat(seen.get(1).asText()).isEqualTo("oleander");
        for (int i = 2; i < 6; i++) {
            assertThat(seen.get(i).path(0).asText()).isEqualTo("OleanderHttpError");
            assertThat(seen.get(i).path(1).asInt()).isEqualTo(400);
            assertThat(seen.get(i).path(2).asText()).contains("Spark", "query_submit");
        }
    }

    @Test
    void keepsEnvironmentVariables() {
        JsonNode seen = vendor("""
                made = asyncio.run(client.set_environment_variable("sdk_token", " one "))
                again = asyncio.run(client.set_environment_variable("SDK_TOKEN", "two"))
                found = asyncio.run(client.get_environment_variable("Sdk_Token"))
                names = [v.name for v in asyncio.run(client.list_environment_variables())]
                asyncio.run(client.delete_environment_variable(name="sdk_token"))
                gone = asyncio.run(client.get_environment_variable("sdk_token"))
                try:
                    asyncio.run(client.delete_environment_variable(id=made.id))
                except OleanderHttpError as error:
                    unknown = [error.status, str(error)]
                answer([made.model_dump(), again.id == made.id, found.value, names, gone, unknown])
                """);

        assertThat(seen.at("/0/name").asText()).isEqualTo("SDK_TOKEN");
        assertThat(seen.at("/0/value").asText()).isEqualTo("one");
        assertThat(seen.at("/0/organization_id").asText()).isEqualTo("default");
        assertThat(seen.at("/0/created_at").asText()).matches("\\d{4}-.*Z");
        assertThat(seen.get(1).asBoolean()).isTrue();
        assertThat(seen.get(2).asText()).isEqualTo("two");
        assertThat(seen.get(3).toString()).isEqualTo("[\"SDK_TOKEN\"]");
        assertThat(seen.get(4).isNull()).isTrue();
        assertThat(seen.at("/5/0").asInt()).isEqualTo(404);
        assertThat(seen.at("/5/1").asText()).startsWith("There is no environment variable");
    }

    private static JsonNode vendor(String program) {
        return Python.run(server, "vendor", program);
    }
}
