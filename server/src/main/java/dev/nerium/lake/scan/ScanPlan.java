package dev.nerium.lake.scan;

import dev.nerium.lake.storage.ObjectRef;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The files that a scan must read, in the order in which they were added to the table.
 *
 * @param layouts Iceberg schemas of files whose columns are not found by field ids: their own names and types, the table's ids
 * @param rows in the files, before anything is deleted or filtered
 * @param manifests counts of the manifests of the snapshot that were read for the plan
 * @param deleted number of rows that deletes remove; empty if it is unknown without reading them
 * @param objects its files that must be fetched first, by their paths in the plan
 * @param storedSchemaJson the Iceberg schema of the first file, if the data files can be read by column names
 */
public record ScanPlan(
        List<PlannedFile> files,
        EqualityDeletes equality,
        List<String> layouts,
        long rows,
        OptionalLong deleted,
        ManifestCounts manifests,
        Map<Path, ObjectRef> objects,
        Optional<String> storedSchemaJson) {
    static final ScanPlan EMPTY = new ScanPlan(
            List.of(),
            EqualityDeletes.NONE,
            List.of(),
            0,
            OptionalLong.of(0),
            ManifestCounts.NONE,
            Map.of(),
            Optional.empty());

    public ScanPlan {
        files = List.copyOf(files);
        layouts = List.copyOf(layouts);
        objects = Map.copyOf(objects);
    }

    static ScanPlan of(PlannedFile file) {
        return new ScanPlan(
                List.of(file),
                EqualityDeletes.NONE,
                List.of(),
                file.rows(),
                OptionalLong.of(0),
                ManifestCounts.NONE,
                Map.of(),
                Optional.empty());
    }

    ScanPlan after(ManifestCounts looked) {
        return new ScanPlan(files, equality, layouts, rows, deleted, looked, objects, storedSchemaJson);
    }

    /** The same plan, whose files are to be read by field ids. */
    public ScanPlan byIds() {
        return storedSchemaJson.isEmpty()
                ? this
                : new ScanPlan(files, equality, layouts, rows, deleted, manifests, objects, Optional.empty());
    }

    ScanPlan byNames(Optional<String> schemaJson) {
        return new ScanPlan(files, equality, layouts, rows, deleted, manifests, objects, schemaJson);
    }

    /** The same plan, of whose files some have fewer rows than the table's metadata says; those without rows are omitted. */
    ScanPlan withRows(Map<Path, Long> counts) {
        List<PlannedFile> left = files.stream()
                .map(file -> counts.containsKey(file.path()) ? file.withRows(counts.get(file.path())) : file)
                .filter(file -> file.rows() > 0 || !counts.containsKey(file.path()))
                .toList();
        long sum = left.stream().mapToLong(PlannedFile::rows).sum();
        return new ScanPlan(left, equality, layouts, sum, deleted, manifests, objects, storedSchemaJson);
    }

    /** The same plan, of files that are elsewhere. */
    ScanPlan at(UnaryOperator<Path> place) {
        return new ScanPlan(
                files.stream().map(file -> file.at(place)).toList(),
                equality.at(place),
                layouts,
                rows,
                deleted,
                manifests,
                Map.of(),
                storedSchemaJson);
    }

    /** The same plan, of whose files only those are elsewhere that are named; their objects stay where they are. */
    ScanPlan at(UnaryOperator<Path> place, Map<Path, ObjectRef> left) {
        ScanPlan placed = at(place);
        return new ScanPlan(
                placed.files(), placed.equality(), layouts, rows, deleted, manifests, left, Optional.empty());
    }

    /** Whether rows of its files are deleted. */
    public boolean hasDeletes() {
        return !equality.isEmpty()
                || files.stream().anyMatch(file -> !file.deletes().isEmpty());
    }

    /** Whether it is a list of files on this machine, all of whose rows are read by column names. */
    public boolean isPlain() {
        return storedSchemaJson.isPresent() && !hasDeletes();
    }

    /** Whether a data file must be brought before it can be read here. */
    public boolean isElsewhere(PlannedFile file) {
        return objects.containsKey(file.path());
    }

    /** The first files that together have enough rows, where nothing is deleted. */
    ScanPlan firstRows(long limit) {
        if (deleted.isEmpty() || deleted.getAsLong() > 0) {
            return this;
        }
        long sum = 0;
        for (int i = 0; i < files.size(); i++) {
            if (sum >= limit) {
                return first(i, sum);
            }
            sum += files.get(i).rows();
        }
        return this;
    }

    /** The first files of a plan without deletes. */
    private ScanPlan first(int count, long rowCount) {
        List<PlannedFile> first = files.subList(0, count);
        Map<Path, ObjectRef> needed = new HashMap<>(objects);
        needed.keySet().retainAll(first.stream().map(PlannedFile::path).collect(Collectors.toSet()));
        return new ScanPlan(
                first,
                equality,
                layouts,
                rowCount,
                deleted,
                manifests,
                needed,
                storedSchemaJson.filter(_ -> count > 0));
    }
}
