package dev.nerium.http.run;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.ByteStream;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.QueryParameters;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.common.Router;
import dev.nerium.http.common.RunJson;
import dev.nerium.http.common.RunLookup;
import dev.nerium.http.workload.ResultFormat;
import dev.nerium.http.workload.RowsResponse;
import dev.nerium.http.workload.RowsResponse.Described;
import dev.nerium.http.workload.WorkloadResponse;
import dev.nerium.result.CorruptResultException;
import dev.nerium.result.ResultRows;
import dev.nerium.result.ResultShape;
import dev.nerium.run.Run;
import dev.nerium.workload.request.OutcomeErrors;
import dev.nerium.workload.results.SpooledResults;
import dev.nerium.workload.results.SpooledResults.SpooledReply;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code /api/v2/runs/{id}/result}: the rows of a run that are kept, a page at a time, or all in one body. */
public final class RunResultRoutes {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-");

    /** Clients have limits on the length of a header. */
    private static final int MOST_PAGES_IN_HEADER = 500;

    private final Authentication authentication;
    private final RunLookup path;
    private final RunJson json;
    private final SpooledResults kept;
    private final RowsResponse rows;

    public RunResultRoutes(
            Authentication authentication, RunLookup path, RunJson json, SpooledResults kept, RowsResponse rows) {
        this.authentication = authentication;
        this.path = path;
        this.json = json;
        this.kept = kept;
        this.rows = rows;
    }

    public void register(Router routes) {
        routes.get(RunLookup.RUN + "/result", this::result);
    }

    private void result(ServerRequest request, ServerResponse response) throws IOException {
        Principal principal = authentication.principal(request);
        principal.require(Scope.READ, "fetching a result");
        Optional<Integer> page = page(request);
        Run run = path.own(request, principal, "fetching the result of a run");
        if (!run.state().ended()) {
            response.status(Status.ACCEPTED_202).header("Retry-After", "1");
            Json.send(response, json.of(run));
            return;
        }
        if (run.failure().isPresent()) {
            throw RunLookup.failure(run);
        }
        SpooledReply reply = kept.find(run.id()).orElseThrow(() -> RunLookup.gone(run.id()));
        response.header("X-Nerium-Pages", String.valueOf(reply.pages().size()));
        if (reply.pages().size() <= MOST_PAGES_IN_HEADER) {
            response.header(
                    "X-Nerium-Page-Rows",
                    reply.pageRows().stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        try {
            send(request, response, principal, reply, page);
        } catch (NoSuchFileException e) {
            throw RunLookup.gone(run.id());
        } catch (CorruptResultException e) {
            throw OutcomeErrors.corrupt(e);
        }
    }

    private void send(
            ServerRequest request,
            ServerResponse response,
            Principal principal,
            SpooledReply reply,
            Optional<Integer> page)
            throws IOException {
        if (page.isPresent() && page.get() >= reply.pages().size()) {
            throw NeriumException.invalid("page is '%d': the result has the pages 0 to %d."
                    .formatted(page.get(), reply.pages().size() - 1));
        }
        ResultFormat format = ResultFormat.of(request);
        if (format == ResultFormat.JSON) {
            sendJson(response, reply, page.orElse(0));
        } else if (format == ResultFormat.ARROW && page.isPresent()) {
            sendFile(request, response, reply.pages().get(page.get()));
        } else {
            ObjectNode fields = WorkloadResponse.fields(reply.result())
                    .put("expires_at", reply.until().toString());
            List<Path> pages =
                    page.map(number -> List.of(reply.pages().get(number))).orElse(reply.pages());
            ResultShape shape = page.map(number -> shape(reply, number))
                    .orElse(reply.result().shape());
            rows.sendPages(response, principal, format, new Described(reply.result(), shape, fields), pages);
        }
    }

    private static ResultShape shape(SpooledReply reply, int page) {
        ResultShape whole = reply.result().shape();
        long rows = reply.pageRows().get(page);
        return new ResultShape(whole.rows(), rows, whole.columns(), whole.dtypes(), whole.encodings());
    }

    public static Optional<Integer> page(ServerRequest request) {
        return QueryParameters.first(request, "page").map(text -> {
            if (!text.matches("\\d{1,7}")) {
                throw NeriumException.invalid(
                        "page is '%s': expected a number from 0 on.".formatted(RequestFields.shortened(text)));
            }
            return Integer.parseInt(text);
        });
    }

    private void sendJson(ServerResponse response, SpooledReply reply, int page) throws IOException {
        ResultShape shape = shape(reply, page);
        try (InputStream arrow =
                new BufferedInputStream(Files.newInputStream(reply.pages().get(page)), 1 << 16)) {
            ResultRows json = rows.open(arrow, shape);
            response.header(HeaderValues.CONTENT_TYPE_JSON);
            OutputStream body = response.outputStream();
            JsonGenerator out = WorkloadResponse.FACTORY.createGenerator(body);
            out.writeStartObject();
            out.writeBooleanField("success", true);
            WorkloadResponse.results(out, body, shape, json);
            out.writeNumberField("row_count", shape.rows());
            out.writeNumberField("page", page);
            out.writeNumberField("pages", reply.pages().size());
            out.writeStringField("expires_at", reply.until().toString());
            out.writeStringField("run_id", reply.result().run().toString());
            out.writeEndObject();
            out.close();
        }
    }

    /** A download that broke off goes on where it ended. */
    private static void sendFile(ServerRequest request, ServerResponse response, Path file) throws IOException {
        long size = Files.size(file);
        Matcher range = RANGE.matcher(request.headers().first(HeaderNames.RANGE).orElse(""));
        long from = range.matches() ? Math.min(Long.parseLong(range.group(1)), size) : 0;
        response.headers().contentType(MediaTypes.create(ResultFormat.ARROW.mediaType()));
        response.header("Accept-Ranges", "bytes");
        if (from > 0) {
            response.status(Status.PARTIAL_CONTENT_206);
            response.header("Content-Range", "bytes %d-%d/%d".formatted(from, size - 1, size));
        }
        response.headers().contentLength(size - from);
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = response.outputStream()) {
            in.skipNBytes(from);
            ByteStream.send(in, out);
        }
    }
}
