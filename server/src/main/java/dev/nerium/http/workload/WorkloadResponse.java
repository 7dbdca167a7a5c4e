package dev.nerium.http.workload;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.http.common.ByteStream;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RunIdHeader;
import dev.nerium.observe.Observers;
import dev.nerium.result.CorruptResultException;
import dev.nerium.result.JsonRows;
import dev.nerium.result.ResultShape;
import dev.nerium.workload.request.OutcomeErrors;
import dev.nerium.workload.request.Placement;
import dev.nerium.workload.request.WorkloadResult;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;

/** Writes a result to the client: the contract's JSON, or the Arrow stream as it is. */
public final class WorkloadResponse {
    public static final String ARROW = "application/vnd.apache.arrow.stream";
    private static final Pattern ACCEPTS_ARROW = Pattern.compile(
            "\\s*" + Pattern.quote(ARROW) + "\\s*(;(?!\\s*q=0(\\.0*)?\\s*(;|$)).*)?", Pattern.CASE_INSENSITIVE);

    /** A generator that fails must not close its arrays: a cut reply would look complete. */
    public static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();

    private final BufferAllocator memory;
    private final Observers observers;

    public WorkloadResponse(BufferAllocator memory, Observers observers) {
        this.memory = memory;
        this.observers = observers;
    }

    /** Reports the end of a response whose client waits for the end of a run. */
    AwaitedResponse await(ServerResponse response, UUID run) {
        return AwaitedResponse.of(response, run, observers);
    }

    /** The rows of a result as JSON. */
    JsonRows json(InputStream arrow, ResultShape shape) throws IOException {
        return JsonRows.open(arrow, memory, shape);
    }

    void send(ServerRequest request, ServerResponse response, WorkloadResult result) {
        try (InputStream arrow = result.arrow()) {
            if (wantsArrow(request)) {
                sendArrow(response, result, arrow);
            } else {
                sendJson(response, result, json(arrow, result.shape()));
            }
        } catch (CorruptResultException e) {
            throw OutcomeErrors.corrupt(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Read with a pattern, because a client may send any text and still gets its rows. */
    public static boolean wantsArrow(ServerRequest request) {
        return request.headers().values(HeaderNames.ACCEPT).stream()
                .flatMap(accept -> Stream.of(accept.split(",")))
                .anyMatch(accept -> ACCEPTS_ARROW.matcher(accept).matches());
    }

    private static void sendArrow(ServerResponse response, WorkloadResult result, InputStream arrow)
            throws IOException {
        response.headers().contentType(MediaTypes.create(ARROW));
        RunIdHeader.write(response, result.run());
        result.cache().ifPresent(outcome -> response.header("X-Nerium-Cache", outcome.text()));
        try (OutputStream out = response.outputStream()) {
            ByteStream.send(arrow, out);
        }
    }

    private static void sendJson(ServerResponse response, WorkloadResult result, JsonRows rows) throws IOException {
        ResultShape shape = result.shape();
        response.header(HeaderValues.CONTENT_TYPE_JSON);
        OutputStream body = response.outputStream();
        JsonGenerator out = FACTORY.createGenerator(body);
        out.writeStartObject();
        out.writeBooleanField("success", true);
        if (result.saved().isEmpty() || !result.placement().distributed()) {
            results(out, body, shape, rows);
        }
        out.writeNumberField("row_count", result.rowCount());
        out.writeStringField("execution_time", result.executionTime().toMillis() + "ms");
        if (result.saved().isPresent()) {
            out.writeFieldName("saved");
            Json.MAPPER.writeTree(out, saved(result.saved().get()));
        }
        out.writeFieldName("compute");
        Json.MAPPER.writeTree(out, compute(result.placement()));
        out.writeStringField("run_id", result.run().toString());
        if (result.cache().isPresent()) {
            out.writeStringField("cache", result.cache().get().text());
        }
        boolean showsRows = result.saved().isEmpty() || shape.returned() > 0;
        if (showsRows && shape.returned() < shape.rows() && !result.placement().distributed()) {
            out.writeBooleanField("results_truncated", true);
        }
        if (!result.warnings().isEmpty()) {
            texts(out, "warnings", result.warnings());
        }
        out.writeEndObject();
        out.close();
    }

    /** @param body that the generator writes to: the rows come past it */
    public static void results(JsonGenerator out, OutputStream body, ResultShape shape, JsonRows rows)
            throws IOException {
        out.writeObjectFieldStart("results");
        texts(out, "columns", shape.columns());
        texts(out, "column_types", shape.dtypes());
        out.writeFieldName("rows");
        out.writeRawValue("");
        out.flush();
        rows.writeTo(body);
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
