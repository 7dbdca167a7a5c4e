package dev.nerium.lake.scan;

import dev.nerium.lake.io.TemporaryFiles;
import dev.nerium.lake.storage.CacheLease;
import dev.nerium.lake.storage.FetchedObject;
import dev.nerium.lake.storage.ObjectRead;
import dev.nerium.lake.storage.ObjectRef;
import dev.nerium.lake.table.PinnedTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The objects that one run reads, as files of this machine. Each has the bytes of the requested columns, and holes
 * elsewhere. For one thread; any may {@link #stop} it.
 */
public final class LocalizedFiles implements AutoCloseable {
    private final CacheLease held;
    private final TemporaryFiles scratch;

    /** By the version of the file: a worker on another machine, or on another disk, has a copy of it. */
    private final Map<FetchedObject, Path> links = new HashMap<>();

    public LocalizedFiles(CacheLease held, TemporaryFiles scratch) {
        this.held = held;
        this.scratch = scratch;
    }

    /**
     * A plan whose files are all on this machine.
     *
     * @param filter Iceberg expression JSON: row groups without matching rows may be left out
     * @param columns that are read, besides those that equality deletes compare; empty for all
     */
    public ScanPlan localize(
            PinnedTable table, ScanPlan plan, Optional<String> filter, Optional<List<String>> columns) {
        if (plan.objects().isEmpty()) {
            return plan;
        }
        ObjectRead ofData = read(table, plan, filter, columns);
        Set<Path> data = plan.files().stream().map(PlannedFile::path).collect(Collectors.toSet());
        Map<ObjectRef, ObjectRead> reads = new HashMap<>();
        plan.objects()
                .forEach((path, object) -> reads.put(object, data.contains(path) ? ofData : new ObjectRead.Whole()));
        Map<ObjectRef, FetchedObject> fetched = held.fetch(table.table().io(), reads);
        Map<Path, Long> rows = new HashMap<>();
        plan.objects()
                .forEach((path, object) -> part(object, fetched).rows().ifPresent(count -> rows.put(path, count)));
        return plan.withRows(rows)
                .at(path -> Optional.ofNullable(plan.objects().get(path))
                        .map(object -> link(object, fetched))
                        .orElse(path));
    }

    /** Positions of deleted rows count all rows of a file, so files of tables with deletes keep all their row groups. */
    private static ObjectRead read(
            PinnedTable table, ScanPlan plan, Optional<String> filter, Optional<List<String>> columns) {
        if (!plan.layouts().isEmpty() || (columns.isEmpty() && filter.isEmpty())) {
            return new ObjectRead.Whole();
        }
        List<String> names = columns.orElseGet(
                () -> table.schema().columns().stream().map(NestedField::name).toList());
        return new ObjectRead.Columns(
                fields(table, plan, names),
                filter.filter(_ -> !plan.hasDeletes())
                        .map(json -> new MatchingRowGroups(table.schema(), ScanPlanner.expression(json, table))));
    }

    /** A plan of which only the deletes are all on this machine: its data files stay where they are. */
    public ScanPlan localizeDeletes(PinnedTable table, ScanPlan plan) {
        Map<Path, ObjectRef> data = new HashMap<>(plan.objects());
        data.keySet().retainAll(plan.files().stream().map(PlannedFile::path).collect(Collectors.toSet()));
        Map<Path, ObjectRef> deletes = new HashMap<>(plan.objects());
        deletes.keySet().removeAll(data.keySet());
        Map<ObjectRef, FetchedObject> fetched = held.fetch(
                table.table().io(),
                deletes.values().stream().collect(Collectors.toMap(object -> object, _ -> new ObjectRead.Whole())));
        return plan.at(
                path -> Optional.ofNullable(deletes.get(path))
                        .map(object -> link(object, fetched))
                        .orElse(path),
                data);
    }

    /** Whole objects as files of this machine, in their order. */
    public List<Path> localizeWhole(FileIO io, List<ObjectRef> objects) {
        return localize(io, objects, new ObjectRead.Whole());
    }

    /** Likewise, with holes for all but their footers. */
    public List<Path> localizeFooters(FileIO io, List<ObjectRef> objects) {
        return localize(io, objects, new ObjectRead.Columns(Set.of(), Optional.empty()));
    }

    private List<Path> localize(FileIO io, List<ObjectRef> objects, ObjectRead read) {
        Map<ObjectRef, FetchedObject> fetched =
                held.fetch(io, objects.stream().collect(Collectors.toMap(object -> object, _ -> read)));
        return objects.stream().map(object -> link(object, fetched)).toList();
    }

    /** By their ids: a file has the names of the time when it was written. */
    private static Set<Integer> fields(PinnedTable table, ScanPlan plan, List<String> columns) {
        Set<Integer> fields = new HashSet<>();
        for (NestedField column : table.schema().columns()) {
            if (columns.contains(column.name())) {
                fields.add(column.fieldId());
            }
        }
        for (EqualityDeletes.DeleteKey key : plan.equality().keys()) {
            SchemaParser.fromJson(key.schemaJson()).columns().forEach(column -> fields.add(column.fieldId()));
        }
        return fields;
    }

    private Path link(ObjectRef object, Map<ObjectRef, FetchedObject> fetched) {
        return links.computeIfAbsent(part(object, fetched), file -> link(object, file.file()));
    }

    private static FetchedObject part(ObjectRef object, Map<ObjectRef, FetchedObject> fetched) {
        return Objects.requireNonNull(fetched.get(object));
    }

    private Path link(ObjectRef object, Path file) {
        Path path = scratch.file(".object");
        try {
            return Files.createLink(path, file);
        } catch (IOException e) {
            throw new UncheckedIOException("The file of " + object.location() + " can't be linked", e);
        }
    }

    /** Ends what is under way, from any thread. */
    public void stop() {
        held.stop();
    }

    @Override
    public void close() {
        held.close();
    }
}
