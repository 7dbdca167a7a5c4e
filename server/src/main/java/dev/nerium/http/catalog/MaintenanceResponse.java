package dev.nerium.http.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.http.common.Json;
import dev.nerium.lake.maintenance.ExpirationReport;
import dev.nerium.lake.maintenance.FileSummary;
import dev.nerium.lake.maintenance.MaintenanceMode;
import dev.nerium.lake.maintenance.OrphanOptions;
import dev.nerium.lake.maintenance.OrphanReport;
import dev.nerium.lake.maintenance.RollbackReport;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.table.SnapshotInfo;
import dev.nerium.workload.CompactionReport;

/** The reports of maintenance as JSON. */
final class MaintenanceResponse {
    private MaintenanceResponse() {}

    static ObjectNode expiry(TableName table, ExpirationReport report) {
        ObjectNode body = body(table, report.effect());
        var refs = body.putArray("refs");
        report.refs().forEach(ref -> refs.add(RefRoutes.json(ref)));
        var snapshots = body.putArray("snapshots");
        report.snapshots().forEach(snapshot -> snapshots.add(snapshot(snapshot)));
        body.set("data_files", files(report.data()));
        body.set("metadata_files", files(report.metadata()));
        body.set("failed_files", files(report.failed()));
        return body;
    }

    static ObjectNode orphans(TableName table, OrphanOptions order, OrphanReport report) {
        ObjectNode body = body(table, report.effect());
        body.put("older_than", order.olderThan().toString());
        body.set("orphan_files", files(report.removed()));
        body.set("recent_files", files(report.recent()));
        body.set("failed_files", files(report.failed()));
        var broken = body.put("known_files", report.reachable()).putArray("broken_tables");
        report.broken().forEach(broken::add);
        return body;
    }

    static ObjectNode rollback(TableName table, RollbackReport report) {
        ObjectNode body = body(table, report.effect());
        body.set("from", snapshot(report.from()));
        body.set("to", snapshot(report.to()));
        if (report.from().rows().isPresent() && report.to().rows().isPresent()) {
            body.put(
                    "row_difference",
                    report.to().rows().getAsLong() - report.from().rows().getAsLong());
        } else {
            body.putNull("row_difference");
        }
        return body.put("columns_restored", report.schema() == RollbackReport.ColumnChanges.RESTORED);
    }

    static ObjectNode compaction(TableName table, MaintenanceRequestReader.Compaction order, CompactionReport report) {
        ObjectNode body = body(table, order.effect());
        body.put("groups", report.groups());
        body.set("candidate_files", files(report.todo()));
        report.done().ifPresent(done -> {
            body.set("replaced_files", files(done.replaced()));
            body.set("dropped_delete_files", files(done.dropped()));
            body.putObject("added_files")
                    .put("count", done.added().files())
                    .put("bytes", done.added().bytes());
            body.put("row_count", done.added().rows());
            body.put("run_id", done.run().toString());
        });
        report.next()
                .ifPresentOrElse(
                        sequence -> body.putObject("next").put("upToSequence", sequence), () -> body.putNull("next"));
        return body;
    }

    private static ObjectNode body(TableName table, MaintenanceMode effect) {
        return Json.MAPPER
                .createObjectNode()
                .put("success", true)
                .put("table", table.local())
                .put("dry_run", effect == MaintenanceMode.DRY_RUN);
    }

    private static ObjectNode files(FileSummary files) {
        ObjectNode node =
                Json.MAPPER.createObjectNode().put("count", files.count()).put("bytes", files.bytes());
        files.locations().forEach(node.putArray("files")::add);
        return node;
    }

    static ObjectNode snapshot(SnapshotInfo snapshot) {
        ObjectNode node = Json.MAPPER
                .createObjectNode()
                .put("snapshot_id", snapshot.id())
                .put("committed_at", snapshot.committedAt().toString())
                .put("operation", snapshot.operation());
        snapshot.rows().ifPresentOrElse(rows -> node.put("row_count", rows), () -> node.putNull("row_count"));
        return node;
    }
}
