package dev.nerium.lake.rest;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.ServedCatalog;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;

/**
 * What a commit from outside may refer to: files of the catalog's own folders, and no run of this server. What its manifests
 * name is held to the same folders whenever the server reads it.
 *
 * @param ownRuns whether a run is this server's
 */
record CommitCheck(ServedCatalog catalog, Predicate<UUID> ownRuns) {
    private static final String RUN_ID = "nerium.run-id";

    void check(List<MetadataUpdate> updates) {
        updates.forEach(this::check);
    }

    /** A table that comes with a history of its own. */
    void check(TableMetadata metadata) {
        catalog.requireAllowed("location", metadata.location());
        catalog.requireAllowed(metadata.properties());
        metadata.snapshots().forEach(this::check);
        metadata.previousFiles().forEach(version -> catalog.requireAllowed("metadata-file", version.file()));
        metadata.statisticsFiles().forEach(file -> catalog.requireAllowed("statistics-path", file.path()));
        metadata.partitionStatisticsFiles().forEach(file -> catalog.requireAllowed("statistics-path", file.path()));
    }

    private void check(MetadataUpdate update) {
        switch (update) {
            case MetadataUpdate.SetLocation location -> catalog.requireAllowed("location", location.location());
            case MetadataUpdate.SetProperties properties -> catalog.requireAllowed(properties.updated());
            case MetadataUpdate.SetStatistics statistics ->
                catalog.requireAllowed(
                        "statistics-path", statistics.statisticsFile().path());
            case MetadataUpdate.SetPartitionStatistics statistics ->
                catalog.requireAllowed(
                        "statistics-path", statistics.partitionStatisticsFile().path());
            case MetadataUpdate.AddSnapshot added -> {
                check(added.snapshot());
                requireOfNoRun(added.snapshot());
            }
            default -> {}
        }
    }

    private void check(Snapshot snapshot) {
        if (snapshot.manifestListLocation() != null) {
            catalog.requireAllowed("manifest-list", snapshot.manifestListLocation());
        }
    }

    /** By that id the server knows its own commits again after a crash. */
    private void requireOfNoRun(Snapshot snapshot) {
        Map<String, String> summary = snapshot.summary();
        String run = summary == null ? null : summary.get(RUN_ID);
        if (run != null && ownRuns.test(id(run))) {
            throw NeriumException.invalid("The snapshot's summary has the " + RUN_ID + " '" + run
                    + "', a run of this server, which commits by itself.");
        }
    }

    /** Other servers of this kind write theirs as well. */
    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw NeriumException.invalid(
                    "The snapshot's summary has the " + RUN_ID + " '" + text + "': expected a UUID.");
        }
    }
}
