package dev.nerium.observe.lineage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.observe.ReadFiles;
import dev.nerium.run.RunFacts;
import dev.nerium.run.RunFacts.Scan;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToLongFunction;

/** A table that a run read: what it is, and what of it was read. */
final class InputFacets {
    private final Facets facets;
    private final TableFacets tables;

    InputFacets(Facets facets, TableFacets tables) {
        this.facets = facets;
        this.tables = tables;
    }

    ObjectNode dataset(PinnedTable table, RunFacts facts) {
        ObjectNode dataset = tables.dataset(table);
        List<Scan> scans = scans(table.reference().toString(), facts);
        if (!scans.isEmpty()) {
            ObjectNode about = dataset.putObject("inputFacets");
            statistics(scans, about).put("rowCount", sum(scans, Scan::rows));
            report(table, scans, about);
        }
        return dataset;
    }

    /** Files outside of the lake, whose rows nobody counts. */
    ObjectNode dataset(ReadFiles files, RunFacts facts) {
        ObjectNode dataset = tables.files(DatasetName.ofFile(files.place()));
        statistics(scans(files.name(), facts), dataset.putObject("inputFacets"));
        return dataset;
    }

    private static List<Scan> scans(String table, RunFacts facts) {
        return facts.scans().stream().filter(scan -> scan.table().equals(table)).toList();
    }

    private ObjectNode statistics(List<Scan> scans, ObjectNode about) {
        return facets.put(about, "inputStatistics", "InputStatisticsInputDatasetFacet/1-0-0")
                .put("size", sum(scans, Scan::bytes))
                .put("fileCount", sum(scans, Scan::files));
    }

    /** All scans of the table as one: a plan may read it several times. */
    private void report(PinnedTable table, List<Scan> scans, ObjectNode about) {
        ObjectNode report = facets.put(about, "icebergScanReport", "IcebergScanReportInputDatasetFacet/1-0-1");
        table.snapshotId().ifPresent(snapshot -> report.put("snapshotId", snapshot));
        report.put("schemaId", table.schemaId());
        List<String> filters = scans.stream()
                .map(Scan::filter)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (!filters.isEmpty()) {
            report.put("filterDescription", String.join(" | ", filters));
        }
        Set<String> columns = new LinkedHashSet<>();
        scans.stream().map(Scan::columns).filter(Objects::nonNull).forEach(columns::addAll);
        ArrayNode projected = report.putArray("projectedFieldNames");
        columns.forEach(projected::add);
        ObjectNode metrics = report.putObject("scanMetrics")
                .put("totalPlanningDuration", sum(scans, Scan::planningMicros) / 1000.0)
                .put("resultDataFiles", sum(scans, Scan::files))
                .put("totalFileSizeInBytes", sum(scans, Scan::bytes));
        put(metrics, "skippedDataFiles", scans, Scan::filesSkipped);
        put(metrics, "scannedDataManifests", scans, Scan::manifestsScanned);
        put(metrics, "skippedDataManifests", scans, Scan::manifestsSkipped);
    }

    private static long sum(List<Scan> scans, ToLongFunction<Scan> of) {
        return scans.stream().mapToLong(of).sum();
    }

    private static void put(ObjectNode metrics, String name, List<Scan> scans, NullableCount of) {
        List<Long> known = scans.stream().map(of::of).filter(Objects::nonNull).toList();
        if (!known.isEmpty()) {
            metrics.put(name, known.stream().mapToLong(Long::longValue).sum());
        }
    }

    @FunctionalInterface
    private interface NullableCount {
        @org.jspecify.annotations.Nullable
        Long of(Scan scan);
    }
}
