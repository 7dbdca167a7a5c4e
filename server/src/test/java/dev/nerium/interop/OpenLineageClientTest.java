package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** OpenLineage's Python client, which Airflow and dbt report with, and Nerium as what it reports to. */
@Tag("interop")
class OpenLineageClientTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void itsEventsAreListedAndDrawn() {
        JsonNode answer = Python.run(server, "openlineage", """
                run, job = Run(str(uuid.uuid4())), Job("airflow", "dag.load", facets={
                    "jobType": job_type_job.JobTypeJobFacet(processingType="BATCH", integration="AIRFLOW", jobType="TASK"),
                })
                parent = parent_run.ParentRunFacet(
                    run=parent_run.Run(str(uuid.uuid4())), job=parent_run.Job("airflow", "dag"))
                run.facets["parent"] = parent
                columns = column_lineage_dataset.ColumnLineageDatasetFacet(fields={
                    "total": column_lineage_dataset.Fields(inputFields=[column_lineage_dataset.InputField(
                        "postgres://db", "shop.orders", "amount",
                        transformations=[column_lineage_dataset.Transformation("DIRECT", "AGGREGATION")])])})
                orders = InputDataset("postgres://db", "shop.orders")
                totals = OutputDataset("s3://lake", "totals", facets={"columnLineage": columns})
                for state in (RunState.START, RunState.COMPLETE):
                    client.emit(RunEvent(eventType=state, eventTime=now(), run=run, job=job, producer="https://example.org",
                                         inputs=[orders], outputs=[totals]))
                client.emit(JobEvent(eventTime=now(), job=Job("dbt", "model"), producer="https://example.org",
                                     inputs=[InputDataset("s3://lake", "totals")],
                                     outputs=[OutputDataset("s3://lake", "report")]))
                answer({"run": run.runId, "parent": parent.run.runId})
                """);

        JsonNode events = server.get("/api/v1/events?start=0&end=99999999999&order=asc&run_id="
                        + answer.path("run").asText())
                .json();
        JsonNode graph = server.get("/api/v1/lineage/graph?namespace=s3://lake&name=totals&columns=total")
                .json();

        assertThat(events).extracting(event -> event.path("run_state").asText()).containsExactly("START", "COMPLETE");
        assertThat(events.get(0).path("integration").asText()).isEqualTo("AIRFLOW");
        assertThat(events.get(0).path("parent_run_id").asText())
                .isEqualTo(answer.path("parent").asText());
        assertThat(graph.path("nodes"))
                .extracting(node -> node.path("id").asText())
                .containsExactlyInAnyOrder(
                        "dataset:postgres://db:shop.orders",
                        "dataset:s3://lake:totals",
                        "dataset:s3://lake:report",
                        "job:airflow:dag.load",
                        "job:dbt:model");
        assertThat(graph.at("/columns/0/from/field").asText()).isEqualTo("amount");
    }
}
