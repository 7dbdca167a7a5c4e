package dev.nerium.http;

import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.compute.Place;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.SaveMode;
import dev.nerium.lake.TableName;
import dev.nerium.run.RunIds;
import dev.nerium.run.RunOrigin;
import dev.nerium.run.Sha256;
import dev.nerium.sandbox.Work;
import dev.nerium.sandbox.Work.FileFormat;
import dev.nerium.workload.Destination;
import dev.nerium.workload.TimeWishes;
import dev.nerium.workload.WorkloadRequest;
import dev.nerium.workload.WorkloadResult;
import dev.nerium.workload.Workloads;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@code POST} and {@code PUT} of a file to a table: its rows are appended, or replace the table. */
final class UploadRoutes {
    private static final Map<String, FileFormat> FORMATS = Map.of(
            "application/vnd.apache.parquet", FileFormat.PARQUET,
            "text/csv", FileFormat.CSV,
            "application/x-ndjson", FileFormat.NDJSON,
            "application/vnd.apache.arrow.file", FileFormat.ARROW);

    private final Authentication authentication;
    private final Workloads workloads;
    private final RunIds ids;
    private final Repetitions repetitions;
    private final ClientWatch clients;
    private final Path uploads;

    /** @param uploads a folder beside those of the sandboxes, which is emptied with them at start */
    UploadRoutes(
            Authentication authentication,
            Workloads workloads,
            RunIds ids,
            Repetitions repetitions,
            ClientWatch clients,
            Path uploads) {
        this.authentication = authentication;
        this.workloads = workloads;
        this.ids = ids;
        this.repetitions = repetitions;
        this.clients = clients;
        this.uploads = uploads;
    }

    void register(RouteTable routes) {
        routes.post(CatalogPath.TABLE, (request, response) -> load(request, response, SaveMode.Plain.APPEND))
                .put(CatalogPath.TABLE, (request, response) -> load(request, response, SaveMode.Plain.OVERWRITE));
    }

    private void load(ServerRequest request, ServerResponse response, SaveMode mode) throws IOException {
        Principal principal = authentication.principal(request);
        principal.require(Scope.WRITE, "uploading to a table");
        TableName table = CatalogPath.table(request);
        FileFormat format = format(request);
        UUID id = WorkloadRoutes.runId(request, ids);
        Preferences preferences = Preferences.read(request).synchronous();
        preferences.apply(response);
        Received upload = receive(request);
        try {
            RunOrigin origin = RunOriginHeaders.read(request);
            RunOriginHeaders.tell(response, origin, id);
            WorkloadRequest workload = new WorkloadRequest(
                    new Work.Load(upload.file(), format),
                    table.catalog(),
                    Map.of(),
                    Place.Local.DEFAULT,
                    Optional.of(new Destination(table, mode)),
                    new TimeWishes(preferences.patience(), Optional.empty()),
                    WorkloadRequest.Manner.PLAIN,
                    List.of(),
                    origin);
            String same = String.join(" ", mode.text(), table.toString(), format.name(), upload.sha256());
            repetitions.once(request, response, principal, same.getBytes(StandardCharsets.UTF_8), id, (fresh, run) -> {
                if (fresh) {
                    boolean repeatable = Repetitions.key(request).isPresent();
                    write(request, response, principal, repeatable ? workload.kept() : workload, run);
                } else {
                    repetitions.answer(response, run, result -> send(response, result));
                }
            });
        } finally {
            Files.deleteIfExists(upload.file());
        }
    }

    private void write(
            ServerRequest request, ServerResponse response, Principal principal, WorkloadRequest workload, UUID run) {
        try (var _ = clients.watch(request, run)) {
            workloads.run(principal, workload, run, result -> send(response, result));
        }
    }

    /** A file that a client sent. */
    private record Received(Path file, String sha256) {}

    private Received receive(ServerRequest request) throws IOException {
        if (!request.content().hasEntity()) {
            throw NeriumException.invalid("The body is missing: send the file.");
        }
        Files.createDirectories(uploads);
        Path upload = Files.createTempFile(uploads, "upload-", "");
        MessageDigest digest = Sha256.digest();
        try (InputStream in = new DigestInputStream(request.content().inputStream(), digest)) {
            Files.copy(in, upload, StandardCopyOption.REPLACE_EXISTING);
            return new Received(upload, HexFormat.of().formatHex(digest.digest()));
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(upload);
            throw e;
        }
    }

    private static FileFormat format(ServerRequest request) {
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        String bare = type.contains(";") ? type.substring(0, type.indexOf(';')).strip() : type;
        return Optional.ofNullable(FORMATS.get(bare.toLowerCase(Locale.ROOT)))
                .orElseThrow(() -> NeriumException.invalid("The Content-Type is '%s': choose %s."
                        .formatted(
                                type,
                                String.join(
                                        ", ", FORMATS.keySet().stream().sorted().toList()))));
    }

    private static void send(ServerResponse response, WorkloadResult result) {
        var body = Json.MAPPER.createObjectNode().put("success", true);
        result.saved().ifPresent(saved -> body.set("saved", WorkloadReply.saved(saved)));
        Json.send(response, body.put("run_id", result.run().toString()));
    }
}
