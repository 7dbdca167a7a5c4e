package dev.nerium.http.workload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Principal;
import dev.nerium.http.common.ByteStream;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RunIdHeader;
import dev.nerium.result.ResultRows;
import dev.nerium.result.ResultShape;
import dev.nerium.workload.ResultConversions;
import dev.nerium.workload.request.WorkloadResult;
import dev.nerium.workload.results.SpooledResults;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/** Writes the rows of a result as the whole body of a response: in every format but the API's JSON. */
public final class RowsResponse {
    private static final HeaderName RESULT = HeaderNames.create("X-Nerium-Result");

    private final BufferAllocator memory;
    private final ResultConversions conversions;

    public RowsResponse(BufferAllocator memory, ResultConversions conversions) {
        this.memory = memory;
        this.conversions = conversions;
    }

    /**
     * A result, or a page of it.
     *
     * @param shape of the rows that are sent
     * @param fields of the JSON response without the rows, for the header {@code X-Nerium-Result}, which also has the number of columns
     */
    public record Described(WorkloadResult result, ResultShape shape, ObjectNode fields) {}

    /** The rows of a result as text. */
    public ResultRows open(InputStream arrow, ResultShape shape) throws IOException {
        return ResultRows.open(arrow, memory, shape);
    }

    /** Sends the rows of an Arrow IPC stream. */
    void send(ServerResponse response, Principal principal, ResultFormat format, Described described, InputStream arrow)
            throws IOException {
        if (format == ResultFormat.PARQUET) {
            try (InputStream file = conversions.parquet(principal, arrow)) {
                copy(response, format, described, file);
            }
        } else {
            sendStream(response, format, described, arrow);
        }
    }

    /** Sends the rows of stored pages. */
    public void sendPages(
            ServerResponse response, Principal principal, ResultFormat format, Described described, List<Path> pages)
            throws IOException {
        if (format == ResultFormat.PARQUET) {
            try (InputStream file = conversions.parquet(principal, pages)) {
                copy(response, format, described, file);
            }
        } else {
            try (InputStream arrow = SpooledResults.stream(pages)) {
                sendStream(response, format, described, arrow);
            }
        }
    }

    private void sendStream(ServerResponse response, ResultFormat format, Described described, InputStream arrow)
            throws IOException {
        switch (format) {
            case ARROW -> copy(response, format, described, arrow);
            case CSV -> write(response, format, described, open(arrow, described.shape())::writeCsv);
            case JSON_LINES -> write(response, format, described, open(arrow, described.shape())::writeJsonLines);
            case JSON, PARQUET -> throw new IllegalArgumentException(format + " is not a stream of rows");
        }
    }

    private static void copy(ServerResponse response, ResultFormat format, Described described, InputStream bytes)
            throws IOException {
        write(response, format, described, out -> ByteStream.send(bytes, out));
    }

    @FunctionalInterface
    private interface BodyWriter {
        void write(OutputStream out) throws IOException;
    }

    /** The body is closed only if it is complete: a client must see that rows are missing. */
    private static void write(ServerResponse response, ResultFormat format, Described described, BodyWriter body)
            throws IOException {
        WorkloadResult result = described.result();
        response.headers().contentType(MediaTypes.create(format.mediaType()));
        RunIdHeader.write(response, result.run());
        result.cache().ifPresent(outcome -> response.header("X-Nerium-Cache", outcome.text()));
        response.header(
                RESULT,
                ascii(described
                        .fields()
                        .put("column_count", described.shape().columns().size())));
        OutputStream out = response.outputStream();
        body.write(out);
        out.close();
    }

    /** Headers have no other characters. */
    private static String ascii(ObjectNode fields) {
        try {
            return Json.MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
