package dev.nerium.workload.tables;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.AuthorizedLake;
import dev.nerium.lake.Lake;
import dev.nerium.lake.command.Command;
import dev.nerium.lake.command.Command.GrantCommand;
import dev.nerium.lake.command.CommandResult;
import dev.nerium.lake.command.ViewText;
import dev.nerium.lake.files.FileLocations;
import dev.nerium.lake.io.TemporaryFiles;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.name.UnknownName;
import dev.nerium.lake.rest.CatalogResponse;
import dev.nerium.lake.rest.ScriptCatalog;
import dev.nerium.lake.scan.LocalizedFiles;
import dev.nerium.lake.scan.MergeCandidates;
import dev.nerium.lake.scan.ScanPlan;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.table.TableLocation;
import dev.nerium.lake.write.BaseSnapshot;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.SaveMode.Merge;
import dev.nerium.lake.write.TableLayout;
import dev.nerium.lake.write.WriteTarget;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.OutsideFiles;
import dev.nerium.sandbox.job.PlanRequest;
import dev.nerium.sandbox.job.PreparedPlan;
import dev.nerium.sandbox.job.TableDescription;
import dev.nerium.sandbox.job.WorkerCallbacks;
import dev.nerium.workload.live.RunStatistics;
import dev.nerium.workload.request.Destination;
import dev.nerium.workload.request.WorkloadRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The lake as one run sees it: each table pinned when it is first named, so that the run sees one state of it. */
public final class RunTables implements WorkerCallbacks, AutoCloseable {
    /** Versions of one table count each: a script could name them without end. */
    public static final int MAX_TABLES = 1000;

    /** A longer list costs about as much as the request for it. */
    private static final int MAX_PREPARED_FILES = 16;

    private final Lake lake;
    private final AuthorizedLake visible;
    private final String catalog;
    private final StatementRights rights;
    private Optional<Destination> destination;
    private Optional<BaseSnapshot> baseline;
    private final List<PinnedTable> pinned = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final Map<String, Long> pins;
    private final RunStatistics statistics;
    private final TemporaryFiles scratch;
    private final LocalizedFiles objects;
    private final RunFiles files;
    private final ScriptCatalog scriptCatalog;
    private final Map<Integer, ScanPlan> metadataPlans = new HashMap<>();
    private final Map<TableReference, Integer> handles = new HashMap<>();
    private final Map<TableReference, TableDescription> named = new LinkedHashMap<>();
    private final Optional<RemoteFiles> remoteFiles;
    private final List<PlanRequest> requests = new ArrayList<>();
    private boolean repeatable = true;
    private boolean findsKeys;
    private boolean readsTarget;
    private Optional<TableLayout> layout = Optional.empty();
    private boolean creates;
    private boolean commanded;
    private boolean readsViews;
    private Optional<WriteTarget> target = Optional.empty();

    /**
     * @param rights of the run's statement, and of its key
     * @param locations of files that it may read
     * @param readsInPlace whether data files are read where they are, and not here
     */
    public RunTables(
            Lake lake,
            WorkloadRequest request,
            RunStatistics statistics,
            ScriptCatalog scriptCatalog,
            StatementRights rights,
            FileLocations locations,
            boolean readsInPlace) {
        this.lake = lake;
        this.visible = lake.as(rights.tables());
        this.rights = rights;
        this.catalog = request.catalog();
        this.destination = request.destination();
        this.pins = request.options().pins();
        this.statistics = statistics;
        this.scratch = lake.scratch();
        this.objects = lake.objects(scratch);
        this.files = new RunFiles(locations, scratch, statistics, MAX_TABLES);
        this.scriptCatalog = scriptCatalog;
        this.remoteFiles =
                readsInPlace ? Optional.of(new RemoteFiles(lake, objects, lake.objects(scratch))) : Optional.empty();
        this.baseline = destination.map(to -> visible.baseline(to.table()));
        // A run that reads its destination reads the version that it replaces.
        baseline.flatMap(BaseSnapshot::table).ifPresent(this::add);
    }

    private void add(PinnedTable table) {
        handles.put(table.reference(), pinned.size());
        pinned.add(table);
        names.add(table.reference().toString());
    }

    public TableDescription table(TableReference reference) {
        visible.requireReadable(reference.name());
        TableDescription description = describe(reference);
        statistics.pinned(description.name(), pinned.get(description.handle()));
        return description;
    }

    private TableDescription describe(TableReference reference) {
        int handle = handles.computeIfAbsent(reference, unseen -> {
            if (pinned.size() >= MAX_TABLES) {
                throw NeriumException.invalid("A run reads at most " + MAX_TABLES
                        + " tables, and this one names more: read less of them in one run.");
            }
            pinned.add(visible.pin(withPin(unseen)));
            names.add(unseen.toString());
            return pinned.size() - 1;
        });
        return new TableDescription(
                handle, names.get(handle), pinned.get(handle).schemaJson());
    }

    /** The snapshot that the run is to read instead, where it is to. */
    private TableReference withPin(TableReference named) {
        return Optional.ofNullable(pins.get(named.toString())).map(named::at).orElse(named);
    }

    @Override
    public ChangeTarget change(ChangeRequest asked) {
        if (destination.isPresent()) {
            throw NeriumException.invalid("A statement writes to one table, and this run has another.");
        }
        TableBranch to = TableBranch.parse(asked.table(), "the table's name", catalog);
        TableName name = to.name();
        rights.requireWritable(to);
        if (!to.isMain() && (asked.kind() == ChangeKind.CREATE || asked.kind() == ChangeKind.REPLACE)) {
            throw NeriumException.invalid("CREATE TABLE makes a table, and " + to.local()
                    + " is a branch of one: create the branch, then write INSERT INTO or INSERT OVERWRITE.");
        }
        BaseSnapshot base = base(to);
        boolean exists = base.table().isPresent();
        layout = asked.layout().flatMap(message -> lake.layout(name, message));
        switch (asked.kind()) {
            case APPEND, OVERWRITE, ROWS, TRUNCATE -> requireExists(exists, name);
            case CREATE -> {
                if (exists && asked.ifNotExists()) {
                    return new ChangeTarget(true, Optional.empty());
                }
                requireNew(exists, name);
            }
            case REPLACE -> requireNoLayout(exists, name);
        }
        creates = asked.kind() == ChangeKind.CREATE;
        destination = Optional.of(new Destination(to, mode(asked.kind())));
        baseline = Optional.of(base);
        return new ChangeTarget(false, base.table().map(table -> describe(table.reference())));
    }

    private static SaveMode mode(ChangeKind kind) {
        return switch (kind) {
            case APPEND -> SaveMode.Plain.APPEND;
            case OVERWRITE, CREATE, REPLACE -> SaveMode.Plain.OVERWRITE;
            case ROWS -> SaveMode.Plain.ROWS;
            case TRUNCATE -> SaveMode.Plain.TRUNCATE;
        };
    }

    @Override
    public CommandResult command(JsonNode message) {
        if (commanded || destination.isPresent()) {
            throw NeriumException.invalid("A run executes one statement, and this one has another.");
        }
        commanded = true;
        Command command = lake.command(message, catalog);
        return rights.execute(
                command,
                () -> command instanceof GrantCommand grants ? rights.execute(grants) : visible.execute(command));
    }

    @Override
    public Optional<ViewText> view(String name) {
        TableReference reference = TableReference.parse(name, "the table's name", catalog);
        if (!reference.equals(TableReference.current(reference.name()))) {
            return Optional.empty();
        }
        Optional<ViewText> found = visible.view(reference.name());
        readsViews = readsViews || found.isPresent();
        repeatable = repeatable && found.isEmpty();
        return found;
    }

    /** Whether the run's text names views or files, which may be others the next time. */
    public boolean readsViewsOrFiles() {
        return readsViews || files.areUsed();
    }

    /** A statement that reads its table, too, reads the version that it changes. */
    private BaseSnapshot base(TableBranch to) {
        Integer known = handles.get(to.reference());
        if (known != null) {
            visible.requireWritable(to.name());
            return new BaseSnapshot(Optional.of(pinned.get(known)));
        }
        BaseSnapshot base = visible.baseline(to);
        base.table().ifPresent(this::add);
        return base;
    }

    private void requireExists(boolean exists, TableName name) {
        if (!exists) {
            throw UnknownName.failure(
                    "table " + name.local(), name.table(), visible.tables(name.catalog(), name.namespace()));
        }
    }

    private static void requireNew(boolean exists, TableName name) {
        if (exists) {
            throw NeriumException.invalid(
                    "The table %s exists: write CREATE OR REPLACE TABLE, CREATE TABLE IF NOT EXISTS, or INSERT INTO."
                            .formatted(name.local()));
        }
    }

    /** The rows of a table are replaced, and its partitioning stays. */
    private void requireNoLayout(boolean exists, TableName name) {
        if (exists && layout.isPresent()) {
            throw NeriumException.invalid(
                    "The table %s exists, and CREATE OR REPLACE TABLE ... AS keeps its partitioning, order and properties: omit them, or change them with ALTER TABLE."
                            .formatted(name.local()));
        }
    }

    /** The table that the run writes to. */
    public Optional<Destination> destination() {
        return destination;
    }

    /** Fails unless the catalog exists, and the key sees it. */
    public void requireCatalog(String name) {
        visible.requireCatalog(name);
    }

    /** Iceberg schema JSON of a table to which the run may write. */
    public Optional<String> schemaOf(TableName table) {
        return baseline.orElseGet(() -> visible.baseline(TableBranch.main(table)))
                .table()
                .map(PinnedTable::schemaJson);
    }

    /** The destination as it was when the run began. */
    public Optional<BaseSnapshot> baseline() {
        return baseline;
    }

    /** The destination, after the worker has requested instructions for writing. */
    public Optional<WriteTarget> target() {
        return readsTarget ? target.map(to -> to.withCandidates(to.candidates().ofAnyRow())) : target;
    }

    @Override
    public TableDescription table(String name) {
        TableReference reference = TableReference.parse(name, "the table's name", catalog);
        boolean isKnown = handles.containsKey(reference);
        TableDescription described = table(reference);
        if (!isKnown) {
            named.put(reference, described);
        }
        return described;
    }

    /** The tables that the worker has requested by their names, in that order. */
    List<TableReference> named() {
        return List.copyOf(named.keySet());
    }

    /** The job with the tables that its worker has requested by their names. */
    public Job complete(Job job) {
        Map<String, TableDescription> more = new LinkedHashMap<>();
        named.forEach((reference, table) -> more.put(reference.toString(), table));
        Job complete = job.withTables(more);
        return job.explain()
                ? complete
                : destination.map(to -> complete.to(to.table().toString())).orElse(complete);
    }

    @Override
    public ScanPlan plan(PlanRequest ask) {
        PinnedTable table = readable(ask.handle());
        table.requireReadable(ask.columns());
        long start = System.nanoTime();
        ScanPlan plan = plan(ask, table);
        statistics.scanned(table, ask, plan, Duration.ofNanos(System.nanoTime() - start));
        if (!findsKeys) {
            read(ask.handle());
        }
        noteRead(ask.handle());
        repeatable = repeatable
                && isPreparable(ask, plan)
                && requests.stream().noneMatch(earlier -> earlier.handle() == ask.handle());
        if (requests.size() < MAX_TABLES) {
            requests.add(ask);
        }
        return remoteFiles.isPresent()
                ? remoteFiles.get().plan(table, plan)
                : objects.localize(table, plan, ask.filter(), ask.columns());
    }

    /** Records an input. Rows of the destination are none if a merge looks for keys in them, or if all are taken away. */
    private void read(int handle) {
        boolean emptied = destination
                .filter(to -> to.modes().save() == SaveMode.Plain.TRUNCATE)
                .isPresent();
        if (emptied && isTarget(handle)) {
            return;
        }
        statistics.read(nameOf(handle), tableOf(handle));
    }

    /** Notes that the run depends on rows of its destination beside those that it changes. */
    private void noteRead(int handle) {
        readsTarget = readsTarget || isTarget(handle);
    }

    private boolean isTarget(int handle) {
        return baseline.flatMap(BaseSnapshot::table)
                .filter(tableOf(handle)::equals)
                .isPresent();
    }

    private ScanPlan plan(PlanRequest ask, PinnedTable table) {
        // Its plan is a file that is made for the run: the same for all questions.
        return table.reference().metadataTable().isPresent()
                ? metadataPlans.computeIfAbsent(
                        ask.handle(), unseen -> lake.plan(table, ask.filter(), ask.limit(), scratch))
                : lake.plan(table, ask.filter(), ask.limit(), scratch);
    }

    /**
     * The plans of these requests, recorded as if the worker had sent them; empty if the worker has to send them, because a
     * plan is more than a short list of files, or fails.
     */
    public Optional<List<PreparedPlan>> prepare(List<PlanRequest> asks) {
        List<PreparedPlan> prepared = new ArrayList<>();
        List<Duration> times = new ArrayList<>();
        for (PlanRequest ask : asks) {
            long start = System.nanoTime();
            ScanPlan plan;
            try {
                PinnedTable table = readable(ask.handle());
                table.requireReadable(ask.columns());
                plan = plan(ask, table);
            } catch (NeriumException e) {
                return Optional.empty();
            }
            if (!isPreparable(ask, plan)) {
                return Optional.empty();
            }
            prepared.add(new PreparedPlan(ask, plan));
            times.add(Duration.ofNanos(System.nanoTime() - start));
        }
        for (int i = 0; i < prepared.size(); i++) {
            PreparedPlan each = prepared.get(i);
            statistics.scanned(tableOf(each.request().handle()), each.request(), each.plan(), times.get(i));
            read(each.request().handle());
        }
        return Optional.of(prepared);
    }

    private boolean isPreparable(PlanRequest ask, ScanPlan plan) {
        return remoteFiles.isEmpty()
                && plan.isPlain()
                && plan.files().size() <= MAX_PREPARED_FILES
                && snapshot(ask.handle()).isPresent();
    }

    /** Whether the worker has requested something for which it had no prepared plan. */
    boolean hasRequests() {
        return !requests.isEmpty() || !repeatable;
    }

    /** Whether the worker has requested plans alone, one for each table, and each of them can be prepared. */
    boolean isRepeatable() {
        return repeatable;
    }

    List<PlanRequest> requests() {
        return List.copyOf(requests);
    }

    @Override
    public OutsideFiles files(String function, List<String> paths) {
        repeatable = false;
        return files.open(function, paths, rights.tables());
    }

    @Override
    public void read(int handle, Optional<String> filter, Optional<List<String>> columns) {
        files.read(handle, filter, columns);
    }

    @Override
    public OptionalLong count(int handle) {
        repeatable = false;
        PinnedTable table = readable(handle);
        read(handle);
        noteRead(handle);
        return lake.count(table);
    }

    @Override
    public boolean hasTable(int handle) {
        return isPinned(handle) || files.has(handle);
    }

    private boolean isPinned(int handle) {
        return handle >= 0 && handle < pinned.size();
    }

    /** The columns of files are known to the worker only. */
    @Override
    public boolean hasField(int handle, String path) {
        return files.has(handle) || (isPinned(handle) && pinned.get(handle).hasField(path));
    }

    @Override
    public String nameOf(int handle) {
        if (files.has(handle)) {
            return files.nameOf(handle);
        }
        tableOf(handle);
        return names.get(handle);
    }

    /** The data files that a cluster reads in place. */
    public RemoteFiles remoteFiles() {
        return remoteFiles.orElseThrow();
    }

    /** The metadata file of a table of the run, for another engine. */
    public TableLocation address(int handle) {
        PinnedTable table = readable(handle);
        read(handle);
        return table.address();
    }

    /** The version of a table of the run; empty where a snapshot does not determine its rows. */
    public Optional<TableSnapshot> snapshot(int handle) {
        PinnedTable table = tableOf(handle);
        if (table.reference().metadataTable().isPresent()
                || lake.isServers(table.reference().name())) {
            return Optional.empty();
        }
        OptionalLong id = table.snapshotId();
        return id.isEmpty()
                ? Optional.empty()
                : table.uuid()
                        .map(uuid -> new TableSnapshot(
                                table.reference().toString(),
                                uuid,
                                id.getAsLong(),
                                table.schemaJson(),
                                table.nameMapping()));
    }

    /** A table whose rows the run may read: it has its destination, too. */
    private PinnedTable readable(int handle) {
        PinnedTable table = tableOf(handle);
        visible.requireReadable(table.reference().name());
        return table;
    }

    private PinnedTable tableOf(int handle) {
        if (!isPinned(handle)) {
            throw NeriumException.invalid("The run has no table with the handle " + handle + ".");
        }
        return pinned.get(handle);
    }

    @Override
    public WriteInstructions write(String schemaJson) {
        if (destination.isEmpty() || baseline.isEmpty()) {
            throw NeriumException.invalid("The run has no destination.");
        }
        Destination to = destination.get();
        WriteTarget prepared = layout.isPresent()
                ? lake.prepare(to.table().name(), to.modes(), baseline.get(), schemaJson, layout.get())
                : lake.prepare(to.table(), to.modes(), baseline.get(), schemaJson);
        if (creates && !prepared.isNew()) {
            throw new NeriumException(
                    ErrorCode.COMMIT_CONFLICT,
                    "The table " + to.table() + " was created by another run meanwhile; nothing was written.");
        }
        visible.requireWritable(prepared);
        target = Optional.of(prepared);
        return new WriteInstructions(
                prepared.schemaJson(), prepared.specJson(), prepared.orderJson(), prepared.settings(), merge(prepared));
    }

    private Optional<MergeInstructions> merge(WriteTarget prepared) {
        return prepared.mode() instanceof Merge(var keys)
                ? Optional.of(
                        new MergeInstructions(keys, prepared.base().table().map(base -> describe(base.reference()))))
                : Optional.empty();
    }

    @Override
    public MergeCandidates candidates(Optional<String> filter, Optional<List<String>> columns) {
        Optional<WriteTarget> changing = target.filter(to -> to.mode() == SaveMode.Plain.ROWS);
        if (changing.isPresent()) {
            return candidates(changing.get(), filter, columns);
        }
        WriteTarget merging = target.filter(to -> to.mode() instanceof Merge)
                .orElseThrow(() -> NeriumException.invalid("The run merges into no table."));
        merging.base()
                .table()
                .ifPresent(base -> visible.requireReadable(base.reference().name()));
        WriteTarget searched = merging.withCandidates(lake.candidates(merging, filter));
        target = Optional.of(searched);
        findsKeys = true;
        return brought(searched.candidates(), merging);
    }

    /** The files in which a statement changes rows, which it reads. */
    private MergeCandidates candidates(WriteTarget changing, Optional<String> filter, Optional<List<String>> columns) {
        Optional<PinnedTable> base = changing.base().table();
        if (base.isEmpty() || changing.candidates() != MergeCandidates.NONE) {
            throw NeriumException.invalid("The run requests the files of the table that it changes once.");
        }
        PinnedTable table = base.get();
        visible.requireReadable(table.reference().name());
        table.requireReadable(columns);
        long start = System.nanoTime();
        MergeCandidates found = lake.liveCandidates(table, filter);
        int handle = describe(table.reference()).handle();
        PlanRequest scan = new PlanRequest(handle, filter, OptionalLong.empty(), columns);
        statistics.scanned(table, scan, found.plan(), Duration.ofNanos(System.nanoTime() - start));
        read(handle);
        target = Optional.of(changing.withCandidates(found));
        // Row numbers count the rows of whole files, so no row groups are left out.
        return found.at(objects.localize(table, found.plan(), Optional.empty(), columns));
    }

    /** Fetches the key columns of the candidates of a merge. */
    private MergeCandidates brought(MergeCandidates candidates, WriteTarget merging) {
        return merging.base()
                .table()
                .map(table ->
                        candidates.at(objects.localize(table, candidates.plan(), Optional.empty(), keys(merging))))
                .orElse(candidates);
    }

    private static Optional<List<String>> keys(WriteTarget merging) {
        return merging.mode() instanceof Merge(var keys) ? Optional.of(keys) : Optional.empty();
    }

    /** Fails unless the key may still write to the run's destination. */
    public void requireWritable() {
        target.ifPresent(to -> visible.requireWritable(to));
    }

    @Override
    public void stop() {
        objects.stop();
        files.stop();
    }

    @Override
    public void progress(long rows) {
        statistics.progress(rows);
    }

    @Override
    public List<String> namespaces() {
        return visible.namespaces(catalog);
    }

    @Override
    public List<String> tables(String namespace) {
        return visible.tables(catalog, namespace);
    }

    @Override
    public TableMetadata metadata(String name) {
        TableName table = TableName.parse(name, "the table's name", catalog);
        AuthorizedLake.Metadata metadata = visible.metadata(table);
        return new TableMetadata(metadata.location(), metadata.json());
    }

    @Override
    public ScriptCatalogResponse catalog(ScriptCatalogRequest request) {
        CatalogResponse reply = scriptCatalog.answer(request.method(), request.path(), request.query(), request.body());
        return new ScriptCatalogResponse(reply.status(), reply.json());
    }

    @Override
    public void close() {
        remoteFiles.ifPresent(RemoteFiles::close);
        objects.close();
        scratch.close();
    }
}
