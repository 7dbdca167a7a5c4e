package dev.nerium.http.workload;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.DisconnectMonitor;
import dev.nerium.http.common.IdempotencyFilter;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.PreferHeader;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.common.Router;
import dev.nerium.http.common.RunIdHeader;
import dev.nerium.http.common.TablePath;
import dev.nerium.http.common.TraceHeaders;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.result.ResultRows;
import dev.nerium.run.RunIds;
import dev.nerium.run.RunOrigin;
import dev.nerium.run.Sha256;
import dev.nerium.sandbox.job.LoadOptions;
import dev.nerium.sandbox.job.Work;
import dev.nerium.sandbox.job.Work.FileFormat;
import dev.nerium.workload.WorkloadService;
import dev.nerium.workload.request.ComputeTarget;
import dev.nerium.workload.request.Destination;
import dev.nerium.workload.request.RequestedTimeouts;
import dev.nerium.workload.request.WorkloadRequest;
import dev.nerium.workload.request.WorkloadResult;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** {@code POST} and {@code PUT} of a file to a table: its rows are appended, or replace the table. */
public final class UploadRoutes {
    private static final String TSV = "text/tab-separated-values";
    private static final Map<String, FileFormat> FORMATS = Map.ofEntries(
            Map.entry("application/vnd.apache.parquet", FileFormat.PARQUET),
            Map.entry("text/csv", FileFormat.CSV),
            Map.entry(TSV, FileFormat.CSV),
            Map.entry("application/x-ndjson", FileFormat.NDJSON),
            Map.entry("application/json", FileFormat.JSON),
            Map.entry("application/avro", FileFormat.AVRO),
            Map.entry("application/vnd.apache.arrow.file", FileFormat.ARROW),
            Map.entry("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", FileFormat.EXCEL),
            Map.entry("application/vnd.ms-excel", FileFormat.EXCEL),
            Map.entry("application/vnd.oasis.opendocument.spreadsheet", FileFormat.EXCEL));
    private static final List<String> SNIFFED =
            List.of("separator", "encoding", "compression", "header", "sheet", "sheets");
    private static final int MOST_SNIFFED = 1000;
    private static final int LONGEST_SNIFFED = 40;

    private final Authentication authentication;
    private final WorkloadService workloads;
    private final RunIds ids;
    private final IdempotencyFilter repetitions;
    private final DisconnectMonitor clients;
    private final Path uploads;
    private final WorkloadResponse reply;

    /** @param uploads a folder beside those of the sandboxes, which is emptied with them at start */
    public UploadRoutes(
            Authentication authentication,
            WorkloadService workloads,
            RunIds ids,
            IdempotencyFilter repetitions,
            DisconnectMonitor clients,
            Path uploads,
            WorkloadResponse reply) {
        this.authentication = authentication;
        this.workloads = workloads;
        this.ids = ids;
        this.repetitions = repetitions;
        this.clients = clients;
        this.uploads = uploads;
        this.reply = reply;
    }

    public void register(Router routes) {
        routes.post(TablePath.TABLE, (request, response) -> load(request, response, SaveMode.Plain.APPEND))
                .put(TablePath.TABLE, (request, response) -> load(request, response, SaveMode.Plain.OVERWRITE));
    }

    private void load(ServerRequest request, ServerResponse response, SaveMode mode) throws IOException {
        TraceHeaders.begin(request, response);
        Principal principal = authentication.principal(request);
        principal.require(Scope.WRITE, "uploading to a table");
        TableName table = TablePath.table(request);
        String type = contentType(request);
        FileFormat format = format(type);
        LoadParameters parameters = new LoadParameters(request.query());
        boolean preview = parameters.preview();
        TableBranch destination = parameters.destination(table);
        LoadOptions options = parameters.options(type.equals(TSV) ? Optional.of("\t") : Optional.empty());
        UUID id = RunIdHeader.read(request, ids);
        PreferHeader preferences = PreferHeader.read(request).synchronous();
        preferences.apply(response);
        List<Long> sizes = parameters.sizes();
        ReceivedFiles upload = receive(request, sizes);
        try {
            RunOrigin origin = TraceHeaders.read(request);
            TraceHeaders.write(response, origin, id);
            WorkloadRequest workload = new WorkloadRequest(
                    new Work.Load(upload.files(), format, options, typesOf(table, mode)),
                    table.catalog(),
                    Map.of(),
                    ComputeTarget.Local.DEFAULT,
                    preview ? Optional.empty() : Optional.of(new Destination(destination, mode)),
                    new RequestedTimeouts(preferences.queueTimeout(), Optional.empty()),
                    WorkloadRequest.RunOptions.DEFAULT,
                    TraceHeaders.warnings(request),
                    origin.awaitedSince(TraceHeaders.arrival(request)));
            if (preview) {
                run(request, response, principal, workload, id, result -> show(response, format, result));
                return;
            }
            String same = String.join(
                    " ",
                    mode.text(),
                    destination.toString(),
                    format.name(),
                    upload.sha256(),
                    options.message() + (sizes.isEmpty() ? "" : " " + sizes));
            repetitions.runOnce(
                    request, response, principal, same.getBytes(StandardCharsets.UTF_8), id, (fresh, run) -> {
                        if (fresh) {
                            boolean repeatable = IdempotencyFilter.key(request).isPresent();
                            WorkloadRequest sent = repeatable ? workload.spooled() : workload;
                            run(request, response, principal, sent, run, result -> send(response, result));
                        } else {
                            repetitions.replay(response, run, result -> send(response, result));
                        }
                    });
        } finally {
            upload.delete();
        }
    }

    /** The table whose types the file must have; empty if the file replaces the table. */
    private static Optional<TableName> typesOf(TableName table, SaveMode mode) {
        return mode == SaveMode.Plain.APPEND ? Optional.of(table) : Optional.empty();
    }

    private void run(
            ServerRequest request,
            ServerResponse response,
            Principal principal,
            WorkloadRequest workload,
            UUID run,
            Consumer<WorkloadResult> sender) {
        AwaitedResponse awaited = reply.await(response, run);
        try (var _ = clients.watch(request, run)) {
            WorkloadResult result = workloads.run(principal, workload, run);
            awaited.write(() -> sender.accept(result));
        }
    }

    /** The files of a body. */
    private record ReceivedFiles(List<Path> files, String sha256) {
        void delete() throws IOException {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    private ReceivedFiles receive(ServerRequest request, List<Long> sizes) throws IOException {
        if (!request.content().hasEntity()) {
            throw NeriumException.invalid("The body is missing: send the file.");
        }
        Files.createDirectories(uploads);
        MessageDigest digest = Sha256.digest();
        List<Path> files = new ArrayList<>();
        try (InputStream in = new DigestInputStream(request.content().inputStream(), digest)) {
            if (sizes.isEmpty()) {
                Files.copy(in, newFile(files), StandardCopyOption.REPLACE_EXISTING);
            } else {
                divide(in, sizes, files);
            }
            return new ReceivedFiles(files, HexFormat.of().formatHex(digest.digest()));
        } catch (IOException | RuntimeException e) {
            new ReceivedFiles(files, "").delete();
            throw e;
        }
    }

    private Path newFile(List<Path> files) throws IOException {
        Path file = Files.createTempFile(uploads, "upload-", "");
        files.add(file);
        return file;
    }

    private void divide(InputStream in, List<Long> sizes, List<Path> files) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (long size : sizes) {
            try (OutputStream out = Files.newOutputStream(newFile(files))) {
                for (long left = size; left > 0; ) {
                    int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                    if (count < 0) {
                        throw NeriumException.invalid(
                                "The body ends within file %d: files has the sizes of all files, which follow each other."
                                        .formatted(files.size()));
                    }
                    out.write(buffer, 0, count);
                    left -= count;
                }
            }
        }
        if (in.read() >= 0) {
            throw NeriumException.invalid("The body has data after the last file that files names.");
        }
    }

    private static String contentType(ServerRequest request) {
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        String bare = type.contains(";") ? type.substring(0, type.indexOf(';')).strip() : type;
        return bare.toLowerCase(Locale.ROOT);
    }

    private static FileFormat format(String type) {
        return Optional.ofNullable(FORMATS.get(type))
                .orElseThrow(() -> NeriumException.invalid("The Content-Type is '%s': choose %s."
                        .formatted(
                                RequestFields.shortened(type),
                                String.join(
                                        ", ", FORMATS.keySet().stream().sorted().toList()))));
    }

    /** The head of a file that was only looked at, and how it was read. */
    private void show(ServerResponse response, FileFormat format, WorkloadResult result) {
        try (InputStream arrow = result.arrow()) {
            ResultRows rows = reply.json(arrow, result.shape());
            response.header(HeaderValues.CONTENT_TYPE_JSON);
            OutputStream body = response.outputStream();
            JsonGenerator out = WorkloadResponse.FACTORY.createGenerator(body);
            out.writeStartObject();
            out.writeBooleanField("success", true);
            out.writeBooleanField("preview", true);
            out.writeStringField("format", format.name().toLowerCase(Locale.ROOT));
            out.writeFieldName("sniffed");
            Json.MAPPER.writeTree(out, sniffed(result));
            WorkloadResponse.results(out, body, result.shape(), rows);
            out.writeNumberField("row_count", result.shape().rows());
            out.writeStringField("run_id", result.run().toString());
            out.writeEndObject();
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isShort(JsonNode value) {
        return value.isTextual() && value.textValue().length() <= LONGEST_SNIFFED;
    }

    private static boolean isList(JsonNode value) {
        return value.isArray()
                && value.size() <= MOST_SNIFFED
                && value.valueStream().allMatch(UploadRoutes::isShort);
    }

    /** The known fields of the worker's description of the file. */
    private static ObjectNode sniffed(WorkloadResult result) {
        ObjectNode known = Json.MAPPER.createObjectNode();
        result.sniffed().ifPresent(said -> {
            for (String name : SNIFFED) {
                JsonNode value = said.path(name);
                if (value.isBoolean() || isShort(value) || isList(value)) {
                    known.set(name, value);
                }
            }
        });
        return known;
    }

    private static void send(ServerResponse response, WorkloadResult result) {
        var body = Json.MAPPER.createObjectNode().put("success", true);
        result.saved().ifPresent(saved -> body.set("saved", WorkloadResponse.saved(saved)));
        Json.send(response, body.put("run_id", result.run().toString()));
    }
}
