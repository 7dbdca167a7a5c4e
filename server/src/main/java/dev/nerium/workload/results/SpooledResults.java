package dev.nerium.workload.results;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.config.ByteSize;
import dev.nerium.distributed.ClusterSize;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.result.CorruptResultException;
import dev.nerium.result.ResultShape;
import dev.nerium.result.spool.PagedStream;
import dev.nerium.result.spool.ResultSpool;
import dev.nerium.result.spool.ResultSpool.SpoolWriter;
import dev.nerium.result.spool.ResultSpool.SpooledResult;
import dev.nerium.run.CacheOutcome;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.sandbox.job.ResultPart;
import dev.nerium.sandbox.job.Tier;
import dev.nerium.workload.request.Placement;
import dev.nerium.workload.request.WorkloadResult;
import dev.nerium.workload.request.WorkloadResult.Saved;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stored results with all fields of their responses, so that a response can be repeated. Thread-safe. */
public final class SpooledResults {
    private static final Logger LOG = LoggerFactory.getLogger(SpooledResults.class);

    private final ResultSpool results;
    private final ObjectMapper json = new ObjectMapper();

    public SpooledResults(ResultSpool results) {
        this.results = results;
    }

    /**
     * One that is kept.
     *
     * @param pageRows rows of each page
     */
    public record SpooledReply(WorkloadResult result, List<Path> pages, List<Long> pageRows, Instant until) {
        public SpooledReply {
            pages = List.copyOf(pages);
            pageRows = List.copyOf(pageRows);
        }
    }

    /** Takes the rows of a run out of its worker's folder. */
    public SpoolWriter store(UUID run, Completed completed) throws IOException {
        SpoolWriter draft = results.draft(run);
        try {
            for (ResultPart part : completed.parts()) {
                switch (part) {
                    case ResultPart.InMemory(long rows, byte[] bytes) -> draft.add(bytes);
                    case ResultPart.InFile(long rows, Path file) -> draft.add(file);
                }
            }
            return draft;
        } catch (IOException | RuntimeException e) {
            draft.discard();
            throw e;
        }
    }

    /** Stores the response of a run whose rows are about to be committed. */
    public void prepare(SpoolWriter draft, Completed completed, WorkloadResult result) throws IOException {
        draft.prepare(manifest(completed, result));
    }

    /** Makes it found. */
    public void publish(SpoolWriter draft, Completed completed, WorkloadResult result) throws IOException {
        draft.publish(manifest(completed, result));
    }

    /** Makes found what was prepared for a run that turned out to be committed, where there is something. */
    public void publish(UUID run, long rowsWritten) {
        try {
            Optional<ObjectNode> prepared = results.prepared(run);
            if (prepared.isPresent()) {
                ((ObjectNode) prepared.get().path("saved")).put("rows", rowsWritten);
                results.publish(run, prepared.get());
            }
        } catch (IOException e) {
            LOG.error("The run {} is committed, but its response can't be stored", run, e);
        }
    }

    private ObjectNode manifest(Completed completed, WorkloadResult result) {
        ObjectNode manifest = json.createObjectNode();
        manifest.set("shape", completed.shape());
        completed.parts().forEach(part -> manifest.withArray("pageRows").add(part.rows()));
        manifest.put("millis", result.executionTime().toMillis());
        Tier tier = result.placement().tier();
        manifest.put("provider", result.placement().provider())
                .put("distributed", result.placement().distributed());
        result.placement().machines().type().ifPresent(type -> manifest.put("instanceType", type));
        result.placement().machines().count().ifPresent(count -> manifest.put("clusterSize", count));
        manifest.putObject("tier")
                .put("requested", tier.requested())
                .put("vcpus", tier.vcpus())
                .put("memory", tier.memory().bytes());
        result.cache().ifPresent(outcome -> manifest.put("cache", outcome.name()));
        result.warnings().forEach(manifest.putArray("warnings")::add);
        result.saved().ifPresent(saved -> write(saved, manifest.putObject("saved")));
        return manifest;
    }

    private static void write(Saved saved, ObjectNode node) {
        TableName table = saved.table().name();
        node.putArray("table").add(table.catalog()).add(table.namespace()).add(table.table());
        node.put("branch", saved.table().branch());
        node.put("rows", saved.rowsWritten()).put("mode", saved.mode());
        saved.rowsUpdated().ifPresent(rows -> node.put("updated", rows));
        saved.rowsDeleted().ifPresent(rows -> node.put("deleted", rows));
    }

    /** The stored response of a run. */
    public Optional<SpooledReply> find(UUID run) {
        try {
            Optional<SpooledResult> kept = results.find(run);
            return kept.isEmpty() ? Optional.empty() : Optional.of(reply(run, kept.get()));
        } catch (IOException e) {
            throw new UncheckedIOException("The result of the run " + run + " can't be read", e);
        }
    }

    private static SpooledReply reply(UUID run, SpooledResult kept) throws CorruptResultException {
        ObjectNode manifest = kept.manifest();
        JsonNode tier = manifest.path("tier");
        List<String> warnings = new ArrayList<>();
        manifest.path("warnings").forEach(warning -> warnings.add(warning.asText()));
        List<Long> rows = new ArrayList<>();
        manifest.path("pageRows").forEach(count -> rows.add(count.asLong()));
        WorkloadResult result = new WorkloadResult(
                run,
                ResultShape.parse(manifest.path("shape")),
                stream(kept.pages()),
                Duration.ofMillis(manifest.path("millis").asLong()),
                manifest.has("saved") ? Optional.of(saved(manifest.path("saved"))) : Optional.empty(),
                new Placement(
                        manifest.path("provider").asText(),
                        new Tier(
                                tier.path("requested").asInt(),
                                tier.path("vcpus").asInt(),
                                new ByteSize(tier.path("memory").asLong())),
                        manifest.path("distributed").asBoolean(),
                        machines(manifest)),
                warnings,
                manifest.has("cache")
                        ? Optional.of(
                                CacheOutcome.valueOf(manifest.path("cache").asText()))
                        : Optional.empty(),
                Optional.empty());
        return new SpooledReply(result, kept.pages(), rows, kept.until());
    }

    private static ClusterSize machines(JsonNode manifest) {
        return new ClusterSize(
                manifest.has("instanceType")
                        ? Optional.of(manifest.path("instanceType").asText())
                        : Optional.empty(),
                manifest.has("clusterSize")
                        ? Optional.of(manifest.path("clusterSize").asInt())
                        : Optional.empty());
    }

    private static Saved saved(JsonNode node) {
        JsonNode table = node.path("table");
        return new Saved(
                new TableBranch(
                        new TableName(
                                table.path(0).asText(),
                                table.path(1).asText(),
                                table.path(2).asText()),
                        node.path("branch").asText(TableBranch.MAIN)),
                node.path("rows").asLong(),
                number(node, "updated"),
                number(node, "deleted"),
                node.path("mode").asText());
    }

    private static OptionalLong number(JsonNode node, String field) {
        return node.has(field) ? OptionalLong.of(node.path(field).asLong()) : OptionalLong.empty();
    }

    /** All pages as one Arrow stream. */
    public static PagedStream stream(List<Path> pages) {
        return new PagedStream(pages.stream()
                .<PagedStream.Page>map(page -> () -> Files.newInputStream(page))
                .toList());
    }
}
