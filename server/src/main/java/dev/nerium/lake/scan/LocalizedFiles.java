package dev.nerium.lake.scan;

import dev.nerium.lake.io.TemporaryFiles;
import dev.nerium.lake.storage.CacheLease;
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
    private final Map<ObjectRef, FileLink> links = new HashMap<>();

    /** A name that a file has for the run alone, with how much the file had when it got it. */
    private record FileLink(long bytes, Path path) {}

    public LocalizedFiles(CacheLease held, TemporaryFiles scratch) {
        this.held = held;
        this.scratch = scratch;
    }

    /**
     * A plan whose files are all on this machine.
     *
     * @param columns that are read, besides those that equality deletes compare; empty for all
     */
    public ScanPlan localize(PinnedTable table, ScanPlan plan, Optional<List<String>> columns) {
        if (plan.objects().isEmpty()) {
            return plan;
        }
        ObjectRead ofData = columns.filter(_ -> plan.layouts().isEmpty())
                .<ObjectRead>map(names -> new ObjectRead.Columns(fields(table, plan, names)))
                .orElse(new ObjectRead.Whole());
        Set<Path> data = plan.files().stream().map(PlannedFile::path).collect(Collectors.toSet());
        Map<ObjectRef, ObjectRead> reads = new HashMap<>();
        plan.objects()
                .forEach((path, object) -> reads.put(object, data.contains(path) ? ofData : new ObjectRead.Whole()));
        held.fetch(table.table().io(), reads);
        return plan.at(path ->
                Optional.ofNullable(plan.objects().get(path)).map(this::link).orElse(path));
    }

    /** A plan of which only the deletes are all on this machine: its data files stay where they are. */
    public ScanPlan localizeDeletes(PinnedTable table, ScanPlan plan) {
        Map<Path, ObjectRef> data = new HashMap<>(plan.objects());
        data.keySet().retainAll(plan.files().stream().map(PlannedFile::path).collect(Collectors.toSet()));
        Map<Path, ObjectRef> deletes = new HashMap<>(plan.objects());
        deletes.keySet().removeAll(data.keySet());
        held.fetch(
                table.table().io(),
                deletes.values().stream().collect(Collectors.toMap(object -> object, _ -> new ObjectRead.Whole())));
        return plan.at(
                path -> Optional.ofNullable(deletes.get(path)).map(this::link).orElse(path), data);
    }

    /** Whole objects as files of this machine, in their order. */
    public List<Path> localizeWhole(FileIO io, List<ObjectRef> objects) {
        return localize(io, objects, new ObjectRead.Whole());
    }

    /** Likewise, with holes for all but their footers. */
    public List<Path> localizeFooters(FileIO io, List<ObjectRef> objects) {
        return localize(io, objects, new ObjectRead.Columns(Set.of()));
    }

    private List<Path> localize(FileIO io, List<ObjectRef> objects, ObjectRead read) {
        held.fetch(io, objects.stream().collect(Collectors.toMap(object -> object, _ -> read)));
        return objects.stream().map(this::link).toList();
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

    /** A worker on another machine, or on another disk, has a copy: what came later has a name of its own. */
    private Path link(ObjectRef object) {
        long bytes = held.presentBytes(object);
        return links.compute(
                        object, (_, known) -> known != null && known.bytes() == bytes ? known : link(object, bytes))
                .path();
    }

    private FileLink link(ObjectRef object, long bytes) {
        Path path = scratch.file(".object");
        try {
            return new FileLink(bytes, Files.createLink(path, held.file(object)));
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
