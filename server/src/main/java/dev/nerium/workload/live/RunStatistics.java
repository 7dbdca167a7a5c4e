package dev.nerium.workload.live;

import dev.nerium.distributed.ClusterProgress;
import dev.nerium.error.PlainText;
import dev.nerium.lake.scan.ScanPlan;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.observe.ReadFiles;
import dev.nerium.observe.ReadTable;
import dev.nerium.run.CacheOutcome;
import dev.nerium.run.ColumnLineage;
import dev.nerium.run.ColumnLineage.Source;
import dev.nerium.run.Phase;
import dev.nerium.run.RunFacts;
import dev.nerium.run.RunFacts.Input;
import dev.nerium.run.RunFacts.Note;
import dev.nerium.run.RunFacts.Output;
import dev.nerium.run.RunFacts.Scan;
import dev.nerium.sandbox.job.PlanRequest;
import dev.nerium.sandbox.job.ResourceUsage;
import dev.nerium.variable.ValueMask;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Collects statistics during a run, for its record and for its followers. Thread-safe. */
public final class RunStatistics {
    /** Maximum number of recorded scans; the number of plan requests of a script is not limited. */
    private static final int MOST_SCANS = 200;

    /** Maximum number of recorded column names of one scan. */
    private static final int MOST_COLUMNS = 200;

    private static final int LONGEST_FILTER = 2000;
    private static final int LONGEST_COLUMN = 200;

    private final RunEvents events;
    private final LongConsumer meter;
    private final Map<String, String> versions = new TreeMap<>();
    private final Map<String, PinnedTable> named = new LinkedHashMap<>();
    private final Map<String, ReadFiles> files = new LinkedHashMap<>();
    private final Map<ScannedFiles, Integer> scansOfFiles = new HashMap<>();
    private final Set<String> read = new HashSet<>();
    private final List<Scan> scans = new ArrayList<>();
    private final Map<String, Long> phases = new LinkedHashMap<>();
    private final List<Phase> history = new ArrayList<>();
    private final Instant begin;
    private final long beginNanos = System.nanoTime();
    private @Nullable Output output;
    private @Nullable Long resultBytes;
    private @Nullable Long storedBytes;
    private @Nullable ColumnLineage columnLineage;
    private @Nullable CacheOutcome cache;
    private List<Note> notes = List.of();
    private ValueMask mask = ValueMask.NONE;
    private Optional<ResourceUsage> usage = Optional.empty();

    /** @param meter gets the bytes of files before they are read, and fails if they are too many */
    RunStatistics(RunEvents events, LongConsumer meter, Clock clock) {
        this.events = events;
        this.meter = meter;
        this.begin = clock.instant();
    }

    /** The values are in no text that is collected from now on, except in names of tables and columns. */
    synchronized void hide(ValueMask values) {
        mask = values;
    }

    public synchronized void versions(Map<String, String> of) {
        versions.putAll(of);
    }

    /** Adds to a phase's time what passed since then. */
    public synchronized void phase(String name, long sinceNanos) {
        long nanos = System.nanoTime() - sinceNanos;
        phases.merge(name, nanos / 1000, Long::sum);
        history.add(new Phase(name, Optional.empty(), at(sinceNanos), Duration.ofNanos(nanos)));
    }

    /** @param name by which the run named it, which may have been sent to another snapshot */
    public synchronized void pinned(String name, PinnedTable table) {
        named.put(name, table);
    }

    /** Records that the plan of the run reads a table: one that is only named is not an input. */
    public synchronized void read(String name, PinnedTable table) {
        named.putIfAbsent(name, table);
        read.add(name);
    }

    /** Records the same of tables that the run named. */
    public synchronized void read(Collection<String> names) {
        read.addAll(names);
    }

    public synchronized void scanned(PinnedTable table, PlanRequest ask, ScanPlan plan, Duration planning) {
        long bytes = plan.files().stream().mapToLong(file -> file.bytes()).sum();
        long rows = plan.files().stream().mapToLong(file -> file.rows()).sum();
        Scan scan = new Scan(
                table.reference().toString(),
                number(table.snapshotId()),
                plan.files().size(),
                left(table.totalFiles(), plan.files().size()),
                rows,
                bytes,
                plan.files().stream().mapToLong(file -> file.bytes()).max().orElse(0),
                left(table.totalBytes(), bytes),
                ask.columns().stream()
                        .flatMap(List::stream)
                        .filter(table::hasColumn)
                        .limit(MOST_COLUMNS)
                        .toList(),
                ask.filter()
                        .map(mask::apply)
                        .map(text -> text.length() > LONGEST_FILTER ? text.substring(0, LONGEST_FILTER) + "…" : text)
                        .orElse(null),
                plan.manifests().scanned(),
                plan.manifests().skipped(),
                planning.toNanos() / 1000);
        record(scan, planning);
    }

    private void record(Scan scan, Duration planning) {
        meter.accept(scan.bytes());
        phases.merge("plan", scan.planningMicros(), Long::sum);
        if (scans.size() < MOST_SCANS) {
            scans.add(scan);
            history.add(
                    new Phase("plan", Optional.of(scan.table()), at(System.nanoTime() - planning.toNanos()), planning));
        }
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("table", scan.table());
        event.put("files", scan.files());
        if (scan.filesSkipped() != null) {
            event.put("files_skipped", scan.filesSkipped());
        }
        event.put("rows", scan.rows());
        event.put("bytes", scan.bytes());
        events.add("scan", event);
    }

    /** Records files outside of the lake that were brought for the run, whose content its worker sees from now on. */
    public synchronized void opened(ScannedFiles opened) {
        files.put(opened.name(), new ReadFiles(opened.name(), opened.place(), opened.files()));
        if (scans.size() < MOST_SCANS) {
            scansOfFiles.put(opened, scans.size());
        }
        record(scan(opened, Optional.empty(), List.of()), opened.copying());
    }

    /** Adds the columns and the filter of a plan to the record of these files. */
    public synchronized void scanned(ScannedFiles scanned, Optional<String> filter, Optional<List<String>> columns) {
        Integer index = scansOfFiles.get(scanned);
        if (index != null) {
            scans.set(index, scan(scanned, filter.map(mask::apply), columns.orElse(List.of())));
        }
    }

    /** Only the reader of files knows how many rows they have. */
    private static Scan scan(ScannedFiles scanned, Optional<String> filter, List<String> columns) {
        return new Scan(
                scanned.name(),
                null,
                scanned.files(),
                null,
                0,
                scanned.bytes(),
                scanned.largest(),
                null,
                columns.stream()
                        .map(name -> PlainText.of(name, LONGEST_COLUMN))
                        .limit(MOST_COLUMNS)
                        .toList(),
                filter.map(text -> PlainText.of(text, LONGEST_FILTER)).orElse(null),
                null,
                null,
                scanned.copying().toNanos() / 1000);
    }

    public void progress(long rows) {
        events.add("progress", Map.of("rows", rows));
    }

    public void clusterProgress(ClusterProgress progress) {
        events.add(
                "cluster",
                Map.of(
                        "stages", progress.stages(),
                        "stages_complete", progress.stagesComplete(),
                        "tasks", progress.tasks(),
                        "tasks_complete", progress.tasksComplete(),
                        "bytes_read", progress.bytesRead()));
    }

    public synchronized void wrote(Output written) {
        output = written;
    }

    public synchronized void resultBytes(long bytes) {
        resultBytes = bytes;
    }

    /** Records the size of a result that is stored to be fetched later. */
    public synchronized void storedBytes(long bytes) {
        storedBytes = bytes;
    }

    public synchronized void noted(List<Note> onPlan) {
        notes = onPlan.stream()
                .map(note -> new Note(note.kind(), mask.apply(note.detail()), note.table()))
                .toList();
    }

    public synchronized void derived(ColumnLineage lineage) {
        columnLineage = new ColumnLineage(
                lineage.fields().stream()
                        .filter(field -> mask.apply(field.name()).equals(field.name()))
                        .toList(),
                lineage.dataset(),
                lineage.complete());
        lineage.fields().forEach(field -> read(field.inputs()));
        read(lineage.dataset());
    }

    private void read(List<Source> sources) {
        sources.forEach(source -> read.add(source.table()));
    }

    /** Records the outcome of the lookup in the result cache. */
    public synchronized void cached(CacheOutcome outcome) {
        cache = outcome;
    }

    /** The outcome of the lookup in the result cache; empty if there was none. */
    public synchronized Optional<CacheOutcome> cached() {
        return Optional.ofNullable(cache);
    }

    public synchronized void used(ResourceUsage used) {
        usage = Optional.of(used);
    }

    /** All of it so far. */
    public synchronized RunFacts facts() {
        return new RunFacts(
                versions,
                readInputs(),
                inputs(name -> !read.contains(name)),
                scans,
                output,
                resultBytes,
                storedBytes,
                usage.map(ResourceUsage::cpuMicros)
                        .flatMap(RunStatistics::boxed)
                        .orElse(null),
                usage.map(ResourceUsage::peakMemoryBytes)
                        .flatMap(RunStatistics::boxed)
                        .orElse(null),
                columnLineage,
                notes,
                phases,
                cache);
    }

    /** The stretches that ended until now. */
    synchronized List<Phase> history() {
        return List.copyOf(history);
    }

    private List<Input> inputs(Predicate<String> which) {
        return named.entrySet().stream()
                .filter(table -> which.test(table.getKey()))
                .map(table -> new Input(table.getKey(), number(table.getValue().snapshotId()), null))
                .toList();
    }

    private List<Input> readInputs() {
        Stream<Input> outside = files.values().stream().map(of -> new Input(of.name(), null, of.files()));
        return Stream.concat(inputs(read::contains).stream(), outside).toList();
    }

    /** The files outside of the lake that were read until now. */
    synchronized List<ReadFiles> readFiles() {
        return List.copyOf(files.values());
    }

    /** The tables that were read until now. */
    synchronized List<ReadTable> readTables() {
        return tables(read::contains);
    }

    /** The tables that the run has named until now, which it may read. */
    synchronized List<ReadTable> namedTables() {
        return tables(_ -> true);
    }

    private List<ReadTable> tables(Predicate<String> which) {
        return named.entrySet().stream()
                .filter(table -> which.test(table.getKey()))
                .map(table -> new ReadTable(table.getKey(), table.getValue()))
                .toList();
    }

    /** The time by the clock of the stretches. */
    Instant now() {
        return at(System.nanoTime());
    }

    private Instant at(long nanos) {
        return begin.plusNanos(nanos - beginNanos);
    }

    private static Optional<Long> boxed(OptionalLong number) {
        return number.stream().boxed().findAny();
    }

    private static @Nullable Long number(OptionalLong number) {
        return number.isPresent() ? (Long) number.getAsLong() : null;
    }

    private static @Nullable Long left(OptionalLong total, long taken) {
        return number(LongStream.of(total.orElse(-1) - taken)
                .filter(left -> total.isPresent())
                .map(left -> Math.max(0, left))
                .findAny());
    }
}
