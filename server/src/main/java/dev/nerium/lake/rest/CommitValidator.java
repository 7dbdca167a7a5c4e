package dev.nerium.lake.rest;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.catalog.OtherTables;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Validates a commit of another engine: its files must be in the catalog's folders and not in those of another table, and it must
 * not have the id of a run of this server. Files that its manifests name are checked whenever the server reads them.
 *
 * @param ownRuns whether a run is this server's
 * @param checksFiles whether data files and delete files must not be in those of another table either, because the key may not read all tables
 */
record CommitValidator(ServedCatalog catalog, Predicate<UUID> ownRuns, boolean checksFiles) {
    private static final String RUN_ID = "nerium.run-id";
    private static final int NEWEST_VERSION = 3;

    void check(TableIdentifier table, List<MetadataUpdate> updates) {
        OtherTables others = catalog.besides(table);
        updates.forEach(update -> check(others, update));
    }

    /** A table that comes with a history of its own. */
    void check(TableIdentifier table, TableMetadata metadata) {
        OtherTables others = catalog.besides(table);
        requireKnown(metadata.formatVersion());
        requireUuid(metadata.uuid());
        requireNotNegative("last-sequence-number", metadata.lastSequenceNumber());
        catalog.requireAllowed("location", metadata.location());
        catalog.requireAllowed(metadata.properties());
        metadata.snapshots().forEach(snapshot -> requireOwn(others, snapshot));
        metadata.previousFiles().forEach(version -> catalog.requireOwn(others, "metadata-file", version.file()));
        metadata.statisticsFiles().forEach(file -> catalog.requireOwn(others, "statistics-path", file.path()));
        metadata.partitionStatisticsFiles().forEach(file -> catalog.requireOwn(others, "statistics-path", file.path()));
    }

    private void check(OtherTables others, MetadataUpdate update) {
        switch (update) {
            case MetadataUpdate.SetLocation location -> catalog.requireAllowed("location", location.location());
            case MetadataUpdate.SetProperties properties -> catalog.requireAllowed(properties.updated());
            case MetadataUpdate.SetStatistics statistics ->
                catalog.requireOwn(
                        others, "statistics-path", statistics.statisticsFile().path());
            case MetadataUpdate.SetPartitionStatistics statistics ->
                catalog.requireOwn(
                        others,
                        "statistics-path",
                        statistics.partitionStatisticsFile().path());
            case MetadataUpdate.AssignUUID assigned -> requireUuid(assigned.uuid());
            case MetadataUpdate.UpgradeFormatVersion upgrade -> requireKnown(upgrade.formatVersion());
            case MetadataUpdate.AddSnapshot added -> {
                requireOfNoRun(added.snapshot());
                requireNotNegative("timestamp-ms", added.snapshot().timestampMillis());
                requireOwn(others, added.snapshot());
            }
            default -> {}
        }
    }

    private void requireOwn(OtherTables others, Snapshot snapshot) {
        catalog.requireOwn(others, snapshot);
        if (checksFiles) {
            catalog.requireOwnFiles(others, snapshot);
        }
    }

    private static void requireKnown(int version) {
        if (version < 1 || version > NEWEST_VERSION) {
            throw NeriumException.invalid(
                    "The format version is %d: expected one from 1 to %d, which this server reads."
                            .formatted(version, NEWEST_VERSION));
        }
    }

    private static void requireNotNegative(String what, long number) {
        if (number < 0) {
            throw NeriumException.invalid("%s is %d: expected at least 0.".formatted(what, number));
        }
    }

    private static void requireUuid(@Nullable String text) {
        try {
            UUID.fromString(String.valueOf(text));
        } catch (IllegalArgumentException e) {
            throw NeriumException.invalid("The table's UUID is '%s': expected a UUID.".formatted(text));
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
