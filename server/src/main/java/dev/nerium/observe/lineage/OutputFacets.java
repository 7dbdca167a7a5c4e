package dev.nerium.observe.lineage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.table.CommitSummary;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.observe.ObservedRun;
import dev.nerium.run.ColumnLineage;
import dev.nerium.run.ColumnLineage.Field;
import dev.nerium.run.ColumnLineage.Source;
import dev.nerium.run.Run;
import dev.nerium.run.RunFacts;
import dev.nerium.run.RunFacts.Output;
import dev.nerium.run.RunFacts.TableChange;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;

/** A table that a run wrote: what it is, what was done to it, and where its columns come from. */
final class OutputFacets {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The facet's names of what the table specification counts. */
    private static final Map<String, String> METRICS = Map.ofEntries(
            Map.entry("added-data-files", "addedDataFiles"),
            Map.entry("deleted-data-files", "removedDataFiles"),
            Map.entry("total-data-files", "totalDataFiles"),
            Map.entry("added-delete-files", "addedDeleteFiles"),
            Map.entry("removed-delete-files", "removedDeleteFiles"),
            Map.entry("total-delete-files", "totalDeleteFiles"),
            Map.entry("added-dvs", "addedDVs"),
            Map.entry("removed-dvs", "removedDVs"),
            Map.entry("added-records", "addedRecords"),
            Map.entry("deleted-records", "removedRecords"),
            Map.entry("total-records", "totalRecords"),
            Map.entry("added-files-size", "addedFilesSizeInBytes"),
            Map.entry("removed-files-size", "removedFilesSizeInBytes"),
            Map.entry("total-files-size", "totalFilesSizeInBytes"),
            Map.entry("added-position-deletes", "addedPositionalDeletes"),
            Map.entry("removed-position-deletes", "removedPositionalDeletes"),
            Map.entry("total-position-deletes", "totalPositionalDeletes"),
            Map.entry("added-equality-deletes", "addedEqualityDeletes"),
            Map.entry("removed-equality-deletes", "removedEqualityDeletes"),
            Map.entry("total-equality-deletes", "totalEqualityDeletes"));

    private final Facets facets;
    private final TableFacets tables;
    private final Function<Output, Optional<PinnedTable>> written;
    private final BiPredicate<Run, TableName> readable;

    /** @param written the table as the run left it, where it is still there */
    OutputFacets(
            Facets facets,
            TableFacets tables,
            Function<Output, Optional<PinnedTable>> written,
            BiPredicate<Run, TableName> readable) {
        this.facets = facets;
        this.tables = tables;
        this.written = written;
        this.readable = readable;
    }

    Optional<ObjectNode> dataset(Output output, RunFacts facts, ObservedRun observed) {
        return written.apply(output).map(table -> {
            ObjectNode dataset = tables.dataset(table);
            ColumnLineage lineage = facts.columnLineage();
            if (lineage != null) {
                facets.put((ObjectNode) dataset.get("facets"), "columnLineage", "ColumnLineageDatasetFacet/1-2-0")
                        .setAll(columnLineage(lineage, observed));
            }
            TableChange change = output.change();
            if (change != null) {
                facets.put(
                                (ObjectNode) dataset.get("facets"),
                                "lifecycleStateChange",
                                "LifecycleStateChangeDatasetFacet/1-0-1")
                        .put("lifecycleStateChange", change.name());
            }
            ObjectNode about = dataset.putObject("outputFacets");
            statistics(output, table, about);
            write(output, about);
            return dataset;
        });
    }

    /** The destination of a run that wrote nothing: as it is now, or only its name if it does not exist, or if the run's key may not read it. */
    ObjectNode unwritten(Run run, String destination) {
        TableName name = TableBranch.parse(destination, "the destination", "").name();
        return Optional.of(new Output(destination, null, 0, 0, null, null))
                .filter(_ -> readable.test(run, name))
                .flatMap(written)
                .map(tables::dataset)
                .orElseGet(() -> tables.named(name.toString()));
    }

    /** A merge reads its destination for the keys alone: the destination is not an input, and is described here. */
    private void write(Output output, ObjectNode about) {
        RunFacts.Write write = output.write();
        if (write == null) {
            return;
        }
        ObjectNode facet =
                facets.own(about, "nerium_write", "OutputDatasetFacet").put("mode", write.mode());
        TableBranch destination = TableBranch.parse(output.table(), "the output", "");
        if (!destination.isMain()) {
            facet.put("branch", destination.branch());
        }
        if (write.baseSnapshotId() != null) {
            facet.put("baseSnapshotId", String.valueOf(write.baseSnapshotId()));
        }
        if (!write.keys().isEmpty()) {
            write.keys().forEach(facet.putArray("mergeKeys")::add);
        }
    }

    private void statistics(Output output, PinnedTable table, ObjectNode about) {
        ObjectNode statistics = facets.put(about, "outputStatistics", "OutputStatisticsOutputDatasetFacet/1-0-2")
                .put("rowCount", output.rows())
                .put("size", output.bytes());
        table.commit().ifPresent(commit -> {
            count(commit, "added-data-files").ifPresent(files -> statistics.put("fileCount", files));
            ObjectNode report = facets.put(about, "icebergCommitReport", "IcebergCommitReportOutputDatasetFacet/1-0-2")
                    .put("snapshotId", commit.snapshotId())
                    .put("sequenceNumber", commit.sequenceNumber())
                    .put("operation", commit.operation());
            ObjectNode metrics = report.putObject("commitMetrics");
            METRICS.forEach((key, name) -> count(commit, key).ifPresent(value -> metrics.put(name, value)));
        });
    }

    private static Optional<Long> count(CommitSummary commit, String key) {
        return Optional.ofNullable(commit.summary().get(key))
                .filter(text -> text.matches("\\d{1,18}"))
                .map(Long::valueOf);
    }

    /** The facet's {@code fields} and {@code dataset}; a column whose sources are hidden has no entry: nothing is guessed. */
    ObjectNode columnLineage(ColumnLineage lineage, ObservedRun observed) {
        Map<String, DatasetName> names = new HashMap<>();
        observed.files().forEach(read -> names.put(read.name(), DatasetName.ofFile(read.place())));
        observed.inputs()
                .forEach(read -> names.put(
                        read.name(), DatasetName.ofLocation(read.table().location())));
        ObjectNode facet = JSON.createObjectNode();
        ObjectNode fields = facet.putObject("fields");
        for (Field field : lineage.fields()) {
            if (!field.unknown()) {
                ArrayNode sources = fields.putObject(field.name()).putArray("inputFields");
                field.inputs().forEach(source -> add(sources, source, names));
            }
        }
        ArrayNode dataset = facet.putArray("dataset");
        lineage.dataset().forEach(source -> add(dataset, source, names));
        ArrayNode unknown = facet.putArray("nerium_unknown");
        lineage.fields().stream().filter(Field::unknown).map(Field::name).forEach(unknown::add);
        return facet.put("nerium_complete", lineage.complete());
    }

    private static void add(ArrayNode sources, Source source, Map<String, DatasetName> names) {
        DatasetName name = names.get(source.table());
        if (name == null) {
            return;
        }
        ArrayNode transformations = sources.addObject()
                .put("namespace", name.namespace())
                .put("name", name.name())
                .put("field", source.field())
                .putArray("transformations");
        source.transformations()
                .forEach(done -> transformations
                        .addObject()
                        .put("type", done.type())
                        .put("subtype", done.subtype())
                        .put("masking", done.masking()));
    }
}
