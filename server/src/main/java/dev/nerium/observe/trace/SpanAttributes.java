package dev.nerium.observe.trace;

import dev.nerium.run.Run;
import dev.nerium.run.RunFacts;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of spans, by the semantic conventions of OpenTelemetry if these have a name for them. The text of a script and the
 * filters of its scans are omitted: they may contain confidential data.
 */
final class SpanAttributes {
    private static final int LONGEST_QUERY = 4000;
    private static final String TABLE = "db.collection.name";

    private SpanAttributes() {}

    static Attributes run(Run run) {
        RunFacts facts = run.facts();
        AttributesBuilder attributes = Attributes.builder()
                .put("nerium.run.id", run.id().toString())
                .put("nerium.run.mode", run.what().mode())
                .put("nerium.run.state", run.state().name())
                .put("nerium.code.sha256", run.codeHash())
                .put("user.name", run.owner().name())
                .put("db.system.name", "polars");
        if (run.what().mode().equals("query")) {
            String query = run.what().code();
            attributes.put("db.query.text", query.substring(0, Math.min(query.length(), LONGEST_QUERY)));
        }
        run.rowCount().ifPresent(rows -> attributes.put("db.response.returned_rows", rows));
        run.destination().ifPresent(table -> attributes.put("nerium.destination", table));
        facts.versions().forEach((name, version) -> attributes.put("nerium.version." + name, version));
        attributes.put("nerium.rows_in", facts.rowsIn()).put("nerium.bytes_in", facts.bytesIn());
        put(attributes, "nerium.result_bytes", facts.resultBytes());
        return attributes.build();
    }

    static Attributes sandbox(Run run) {
        return Attributes.builder()
                .put("nerium.provider", run.where().provider())
                .put("nerium.vcpus", run.where().vcpus())
                .build();
    }

    static Attributes execute(RunFacts facts) {
        AttributesBuilder attributes = Attributes.builder();
        put(attributes, "nerium.cpu_micros", facts.cpuMicros());
        put(attributes, "nerium.peak_memory_bytes", facts.peakMemoryBytes());
        return attributes.build();
    }

    static Attributes scan(RunFacts.Scan scan) {
        AttributesBuilder attributes = Attributes.builder()
                .put(TABLE, scan.table())
                .put("nerium.files", scan.files())
                .put("nerium.rows", scan.rows())
                .put("nerium.bytes", scan.bytes());
        put(attributes, "nerium.snapshot_id", scan.snapshotId());
        put(attributes, "nerium.files_skipped", scan.filesSkipped());
        return attributes.build();
    }

    static Attributes output(RunFacts facts) {
        RunFacts.Output output = facts.output();
        AttributesBuilder attributes = Attributes.builder();
        if (output != null) {
            attributes
                    .put(TABLE, output.table())
                    .put("nerium.rows", output.rows())
                    .put("nerium.bytes", output.bytes());
            put(attributes, "nerium.snapshot_id", output.snapshotId());
        }
        return attributes.build();
    }

    private static void put(AttributesBuilder attributes, String key, @Nullable Long value) {
        if (value != null) {
            attributes.put(key, (long) value);
        }
    }
}
