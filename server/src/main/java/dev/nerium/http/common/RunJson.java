package dev.nerium.http.common;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableReference;
import dev.nerium.run.CacheOutcome;
import dev.nerium.run.Run;
import dev.nerium.run.RunFacts;
import dev.nerium.run.RunState;
import dev.nerium.workload.live.ActiveRuns;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The record of a run as the API shows it. */
public final class RunJson {
    private static final double MICROS = 1e6;

    private final ActiveRuns active;

    public RunJson(ActiveRuns active) {
        this.active = active;
    }

    /**
     * The fields of a run that every key sees: its state, times and tables, but no code, params or results of its owner.
     *
     * @param rights of the key, which sees the names of tables on which it has one
     */
    public ObjectNode outline(Run run, TableRights rights) {
        ObjectNode body = head(run);
        body.putNull("error").putNull("details").putNull("row_count");
        body.put(
                "destination",
                run.destination().filter(table -> sees(rights, table)).orElse(null));
        tail(run, body);
        ArrayNode inputs = body.putArray("inputs");
        tables(run)
                .filter(table -> sees(rights, table))
                .forEach(table -> inputs.addObject().put("table", table));
        return body;
    }

    /** @param table with its catalog */
    private static boolean sees(TableRights rights, String table) {
        return rights.seesAll()
                || rights.sees(TableBranch.parse(table, "the table", "").name());
    }

    /** Without the version of each, which is a text of the owner's, too. */
    private static Stream<String> tables(Run run) {
        return run.facts().inputs().stream()
                .filter(input -> !input.isOutside())
                .map(input -> TableReference.parse(input.table(), "the input", "")
                        .name()
                        .toString())
                .distinct();
    }

    /** All of it. */
    public ObjectNode of(Run run) {
        ObjectNode body = summary(run);
        body.put("code", run.what().code()).put("code_hash", run.codeHash());
        run.what().params().forEach(body.putObject("params")::put);
        body.put("server", run.server());
        facts(run.facts(), body);
        return body;
    }

    /** The fields of a run in a list. */
    public ObjectNode summary(Run run) {
        ObjectNode body = head(run);
        body.put("error", run.failure().map(Run.Failure::error).orElse(null))
                .put("details", run.failure().flatMap(Run.Failure::details).orElse(null))
                .put("error_code", run.failure().flatMap(Run.Failure::code).orElse(null));
        run.rowCount().ifPresentOrElse(rows -> body.put("row_count", rows), () -> body.putNull("row_count"));
        body.put("destination", run.destination().orElse(null));
        body.put("key", run.owner().name())
                .put("provider", run.where().provider())
                .put("vcpus", run.where().vcpus());
        if (run.state() == RunState.QUEUED) {
            body.put("queue_position", active.position(run.id()));
        }
        tail(run, body);
        return body;
    }

    private static ObjectNode head(Run run) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        Run.RunTimes times = run.times();
        body.put("id", run.id().toString())
                .put("type", "polars")
                .put("mode", run.what().mode())
                .put("state", run.state().name())
                .put("queued_at", times.queued().toString())
                .put("scheduled_at", text(times.scheduled()))
                .put("started_at", text(times.started()))
                .put("ended_at", text(times.ended()));
        times.duration()
                .ifPresentOrElse(
                        duration -> body.put("duration", duration.toMillis() / 1000.0), () -> body.putNull("duration"));
        return body;
    }

    private static void tail(Run run, ObjectNode body) {
        body.putArray("tags");
        body.set("job", job(run));
        body.putObject("pipeline")
                .put("id", run.id().toString())
                .put("name", "polars")
                .put("namespace", "nerium");
    }

    /** The job of a run. */
    public static ObjectNode job(Run run) {
        return Json.MAPPER
                .createObjectNode()
                .put("id", run.id().toString())
                .put("name", "polars." + run.what().mode())
                .put("namespace", "nerium");
    }

    private static void facts(RunFacts facts, ObjectNode body) {
        facts.versions().forEach(body.putObject("versions")::put);
        body.set("inputs", inputs(facts));
        body.set("output", Json.MAPPER.createObjectNode().nullNode());
        RunFacts.Output output = facts.output();
        if (output != null) {
            ObjectNode node = body.putObject("output").put("table", output.table());
            node.put("snapshot_id", output.snapshotId())
                    .put("rows", output.rows())
                    .put("bytes", output.bytes());
        }
        body.put("rows_in", facts.rowsIn())
                .put("bytes_in", facts.bytesIn())
                .put("bytes_out", output == null ? facts.resultBytes() : (Long) output.bytes())
                .put("peak_memory_bytes", facts.peakMemoryBytes());
        CacheOutcome cache = facts.cache();
        body.put("cache", cache == null ? null : cache.text());
        Long cpu = facts.cpuMicros();
        if (cpu == null) {
            body.putNull("cpu_seconds");
        } else {
            body.put("cpu_seconds", cpu / MICROS);
        }
    }

    /** The inputs of a run: tables with their snapshots, and files outside of the lake with their number. */
    public static ArrayNode inputs(RunFacts facts) {
        var inputs = Json.MAPPER.createArrayNode();
        facts.inputs().forEach(input -> inputs.add(input(input)));
        return inputs;
    }

    private static ObjectNode input(RunFacts.Input input) {
        ObjectNode node =
                Json.MAPPER.createObjectNode().put("table", input.table()).put("snapshot_id", input.snapshotId());
        return input.isOutside() ? node.put("files", input.files()) : node;
    }

    private static @Nullable String text(Optional<Instant> time) {
        return time.map(Instant::toString).orElse(null);
    }
}
