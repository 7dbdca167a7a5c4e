package dev.nerium.http.workload;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Json;
import dev.nerium.http.workload.RowsResponse.Described;
import dev.nerium.observe.Observers;
import dev.nerium.result.CorruptResultException;
import dev.nerium.result.ResultRows;
import dev.nerium.result.ResultShape;
import dev.nerium.workload.request.OutcomeErrors;
import dev.nerium.workload.request.Placement;
import dev.nerium.workload.request.WorkloadResult;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Writes a result to the client: the contract's JSON, or only the rows. */
public final class WorkloadResponse {
    /** A generator that fails must not close its arrays: a cut reply would look complete. */
    public static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();

    private final RowsResponse rows;
    private final Observers observers;

    public WorkloadResponse(RowsResponse rows, Observers observers) {
        this.rows = rows;
        this.observers = observers;
    }

    /** Reports the end of a response whose client waits for the end of a run. */
    AwaitedResponse await(ServerResponse response, UUID run) {
        return AwaitedResponse.of(response, run, observers);
    }

    /** The rows of a result as JSON. */
    ResultRows json(InputStream arrow, ResultShape shape) throws IOException {
        return rows.open(arrow, shape);
    }

    void send(ServerRequest request, ServerResponse response, WorkloadResult result) {
        ResultFormat format = ResultFormat.of(request);
        try (InputStream arrow = result.arrow()) {
            if (format == ResultFormat.JSON) {
                sendJson(response, result, json(arrow, result.shape()));
            } else {
                Described described = new Described(result, result.shape(), fields(result));
                rows.send(response, Authentication.authenticated(request), format, described, arrow);
            }
        } catch (CorruptResultException e) {
            throw OutcomeErrors.corrupt(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sendJson(ServerResponse response, WorkloadResult result, ResultRows rows) throws IOException {
        response.header(HeaderValues.CONTENT_TYPE_JSON);
        OutputStream body = response.outputStream();
        JsonGenerator out = FACTORY.createGenerator(body);
        out.writeStartObject();
        out.writeBooleanField("success", true);
        if (result.saved().isEmpty() || !result.placement().distributed()) {
            results(out, body, result.shape(), rows);
        }
        write(out, fields(result));
        out.writeEndObject();
        out.close();
    }

    /** Writes the fields of an object into another. */
    public static void write(JsonGenerator out, ObjectNode fields) throws IOException {
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            out.writeFieldName(field.getKey());
            Json.MAPPER.writeTree(out, field.getValue());
        }
    }

    /** The fields of a response beside the rows. */
    public static ObjectNode fields(WorkloadResult result) {
        ObjectNode fields = Json.MAPPER
                .createObjectNode()
                .put("row_count", result.rowCount())
                .put("execution_time", result.executionTime().toMillis() + "ms");
        result.saved().ifPresent(saved -> fields.set("saved", saved(saved)));
        fields.set("compute", compute(result.placement()));
        fields.put("run_id", result.run().toString());
        result.cache().ifPresent(outcome -> fields.put("cache", outcome.text()));
        ResultShape shape = result.shape();
        boolean showsRows = result.saved().isEmpty() || shape.returned() > 0;
        if (showsRows && shape.returned() < shape.rows() && !result.placement().distributed()) {
            fields.put("results_truncated", true);
        }
        if (!result.warnings().isEmpty()) {
            result.warnings().forEach(fields.putArray("warnings")::add);
        }
        return fields;
    }

    /** @param body that the generator writes to: the rows come past it */
    public static void results(JsonGenerator out, OutputStream body, ResultShape shape, ResultRows rows)
            throws IOException {
        out.writeObjectFieldStart("results");
        texts(out, "columns", shape.columns());
        texts(out, "column_types", shape.dtypes());
        out.writeFieldName("rows");
        out.writeRawValue("");
        out.flush();
        rows.writeJson(body);
        out.writeEndObject();
    }

    /** The field {@code saved} of the response. */
    static ObjectNode saved(WorkloadResult.Saved saved) {
        ObjectNode node = Json.MAPPER
                .createObjectNode()
                .put("table", saved.table().local())
                .put("rows_written", saved.rowsWritten())
                .put("mode", saved.mode());
        saved.rowsUpdated()
                .ifPresent(updated ->
                        node.put("rows_inserted", saved.rowsWritten() - updated).put("rows_updated", updated));
        saved.rowsDeleted().ifPresent(deleted -> node.put("rows_deleted", deleted));
        return node;
    }

    /** The field {@code compute} of the response. */
    static ObjectNode compute(Placement placement) {
        ObjectNode node = Json.MAPPER
                .createObjectNode()
                .put("mode", placement.mode())
                .put("distributed", placement.distributed())
                .put("instanceType", placement.machines().type().orElse(null))
                .put("clusterSize", placement.machines().count().orElse(null))
                .put("provider", placement.provider());
        return placement.distributed()
                ? node.putNull("vcpus").putNull("memory_bytes")
                : node.put("vcpus", placement.tier().vcpus())
                        .put("memory_bytes", placement.tier().memory().bytes());
    }

    private static void texts(JsonGenerator out, String field, List<String> texts) throws IOException {
        out.writeArrayFieldStart(field);
        for (String text : texts) {
            out.writeString(text);
        }
        out.writeEndArray();
    }
}
