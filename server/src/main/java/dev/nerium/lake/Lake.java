package dev.nerium.lake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.config.CatalogConfig;
import dev.nerium.config.LakeConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.access.AllRights;
import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.catalog.ExternalCatalog;
import dev.nerium.lake.catalog.LakeCatalog;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.command.Command;
import dev.nerium.lake.command.CommandReader;
import dev.nerium.lake.command.Commands;
import dev.nerium.lake.commit.CommitAttempt;
import dev.nerium.lake.commit.CommitJournal;
import dev.nerium.lake.commit.CommitRecovery;
import dev.nerium.lake.commit.CommittedRuns;
import dev.nerium.lake.commit.Committer;
import dev.nerium.lake.commit.TableLocks;
import dev.nerium.lake.io.AllowedFolders;
import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.io.MissingFile;
import dev.nerium.lake.io.Relocation;
import dev.nerium.lake.io.TableFileIO;
import dev.nerium.lake.io.TemporaryFiles;
import dev.nerium.lake.maintenance.MaintenanceContext;
import dev.nerium.lake.merge.MergeChange;
import dev.nerium.lake.merge.RowsChange;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.rest.ServedCatalog;
import dev.nerium.lake.scan.LocalizedFiles;
import dev.nerium.lake.scan.MergeCandidates;
import dev.nerium.lake.scan.MetadataTableScan;
import dev.nerium.lake.scan.ScanPlan;
import dev.nerium.lake.scan.ScanPlanner;
import dev.nerium.lake.staging.StagingMarkers;
import dev.nerium.lake.staging.StagingPrefix;
import dev.nerium.lake.storage.ObjectCache;
import dev.nerium.lake.system.SystemTable;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.write.BaseSnapshot;
import dev.nerium.lake.write.CommitOutcome;
import dev.nerium.lake.write.CommitOutcome.Committed;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.SaveMode.Merge;
import dev.nerium.lake.write.StagedResult;
import dev.nerium.lake.write.StagedResult.Replaced;
import dev.nerium.lake.write.TableLayout;
import dev.nerium.lake.write.WriteModes;
import dev.nerium.lake.write.WritePlanner;
import dev.nerium.lake.write.WriteTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.exceptions.NotFoundException;

/** All that the rest of the server knows of tables. Thread-safe. */
public final class Lake implements AutoCloseable {
    private final LakeConfig config;

    private final Catalogs catalogs;
    private final TableLoader loader;
    private final ScanPlanner planner;
    private final WritePlanner writer;
    private final CommittedRuns history;
    private final CommitRecovery recovery;
    private final Committer committer;
    private final MaintenanceContext upkeep;
    private final TableLocks turns;
    private final Path scratch;
    private final ObjectCache objects;
    private final ServedCatalog served;
    private final StagingMarkers marks;
    private final Commands commands;

    /** Opens the lake, and settles the commits that a killed server left under way. */
    public Lake(LakeConfig config, Map<String, CatalogConfig> catalogs, Relocation home) {
        this(config, home, allowed(config, home), ExternalCatalog.all(catalogs, home.home()));
    }

    private Lake(LakeConfig config, Relocation home, AllowedFolders folders, List<? extends LakeCatalog> further) {
        this(config, home.home(), new LocalFileIO(folders), folders, further, Duration.ofSeconds(30));
    }

    /** @param retryInterval time until a commit whose outcome is unknown is checked again */
    Lake(
            LakeConfig config,
            Path home,
            TableFileIO files,
            AllowedFolders folders,
            List<? extends LakeCatalog> further,
            Duration retryInterval) {
        this.config = config;
        Path folder = EmbeddedCatalog.folder(home);
        this.scratch = TemporaryFiles.emptied(folder.resolve("scratch"));
        this.objects = new ObjectCache(folder.resolve("cache"), config.cacheSize());
        EmbeddedCatalog embedded = EmbeddedCatalog.open(config.catalog(), home, files);
        this.catalogs = new Catalogs(
                Stream.concat(Stream.of(embedded), further.stream()).toList());
        this.loader = new TableLoader(catalogs);
        this.planner = new ScanPlanner(config.planCache().maxFiles());
        this.writer = new WritePlanner(catalogs);
        CommitJournal journal = new CommitJournal(folder.resolve("commits"));
        this.history = new CommittedRuns(catalogs);
        this.turns = new TableLocks();
        this.recovery = new CommitRecovery(journal, history, catalogs, turns, retryInterval);
        this.committer = new Committer(new CommitAttempt(writer), history, journal, recovery, turns);
        this.upkeep = new MaintenanceContext(catalogs, planner, committer, journal, turns, home);
        this.served = new ServedCatalog(
                config.catalog(), embedded, loader, turns, folders, this::requireNotSystemTable, this::isServers);
        this.commands = Commands.of(this.catalogs, turns, served, config.createNamespaces());
        recovery.settleAll();
        this.marks = new StagingMarkers(folder.resolve("staged"));
        // External catalogs may not respond, and the start does not wait for them.
        var _ = Thread.ofVirtual().name("staging-sweep").start(() -> marks.sweep(this.catalogs, history, journal));
    }

    /** The staging area for the rows of a run with a destination on a cluster. */
    public StagingPrefix staging(UUID run, WriteTarget target, LocalizedFiles rows) {
        return StagingPrefix.of(target, run, rows, marks);
    }

    /** The staging area for returned rows: next to the files of a table that the run reads. */
    public StagingPrefix staging(UUID run, PinnedTable beside, LocalizedFiles rows) {
        return StagingPrefix.beside(beside, run, rows, marks);
    }

    private static AllowedFolders allowed(LakeConfig config, Relocation relocation) {
        Path home = relocation.home();
        List<Path> roots = Stream.concat(
                        Stream.of(EmbeddedCatalog.warehouse(home)),
                        config.folders().stream().map(home::resolve))
                .toList();
        return new AllowedFolders(roots, relocation);
    }

    /** The catalog of a request that names none. */
    public String defaultCatalog() {
        return config.catalog();
    }

    /** Returns true if the run's files may be in the table, also when the catalog cannot answer. */
    public boolean mayBeCommitted(TableName table, UUID run) {
        try {
            return history.has(table, run);
        } catch (RuntimeException e) {
            return true;
        }
    }

    /** The lake as a key with these rights sees it. */
    public AuthorizedLake as(TableRights rights) {
        return new AuthorizedLake(this, catalogs, loader, upkeep, turns, commands, rights);
    }

    /** The version of a table, or of its metadata table, that a reference names; the caller then keeps it. */
    public PinnedTable pin(TableReference reference) {
        return as(AllRights.INSTANCE).pin(reference);
    }

    /** Whether a table is the server's own, whose rows belong to keys; namespaces below it have folders in those of its tables. */
    public boolean isServers(TableName name) {
        return name.catalog().equals(config.catalog())
                && (name.namespace() + ".").startsWith(EmbeddedCatalog.TELEMETRY + ".");
    }

    /** Whether all keys read all rows of a table of the server's own. */
    static boolean isShared(TableName name) {
        return name.namespace().equals(EmbeddedCatalog.TELEMETRY)
                && name.table().equals(EmbeddedCatalog.SIZES);
    }

    /** Fails where a table is the server's own, which it alone writes and keeps in shape. */
    public void requireNotSystemTable(TableName name) {
        if (isServers(name)) {
            throw new NeriumException(
                    ErrorCode.FORBIDDEN,
                    "The namespace '%s' is the server's own: its tables can only be read. Write to another namespace than in %s."
                            .formatted(EmbeddedCatalog.TELEMETRY, name.local()));
        }
    }

    /**
     * A table of the server's own in the namespace {@code telemetry}.
     *
     * @param schemaJson Iceberg schema JSON
     * @param time the column by whose days the table is partitioned
     */
    public SystemTable records(String table, String schemaJson, String time) {
        return new SystemTable(
                new TableName(config.catalog(), EmbeddedCatalog.TELEMETRY, table),
                SchemaParser.fromJson(schemaJson),
                time,
                writer,
                loader,
                upkeep,
                scratch);
    }

    /** The type of a catalog, in the terms of Iceberg's configuration. */
    public String catalogType(String catalogName) {
        return catalogs.named(catalogName).info().type();
    }

    boolean createsNamespaces() {
        return config.createNamespaces();
    }

    public boolean exists(TableName name) {
        return catalogs.of(name).tableExists(TableLoader.identifier(name));
    }

    /**
     * The files that a scan must read.
     *
     * @see ScanPlanner#plan
     */
    public ScanPlan plan(PinnedTable table, Optional<String> filter, OptionalLong limit, TemporaryFiles scratch) {
        return reading(() -> table.reference().metadataTable().isPresent()
                ? MetadataTableScan.plan(table, scratch)
                : planner.plan(table, filter, limit));
    }

    /** Rows of a table, where nothing was deleted from its files. */
    public OptionalLong count(PinnedTable table) {
        if (table.reference().metadataTable().isPresent()) {
            return OptionalLong.empty();
        }
        ScanPlan plan = reading(() -> planner.plan(table, Optional.empty(), OptionalLong.empty()));
        return plan.deleted().stream().map(deleted -> plan.rows() - deleted).findAny();
    }

    private static <T> T reading(Supplier<T> planning) {
        try {
            return planning.get();
        } catch (NotFoundException e) {
            throw MissingFile.because(String.valueOf(e.getMessage()), e);
        }
    }

    /** The commit of a run to a table, if there is one; called after the commits of a killed server were resolved. */
    public Optional<Committed> committed(TableName table, UUID run) {
        return history.committed(table, run);
    }

    /** Whether a commit of the run is still to be settled: what {@link #committed} says of it now is not its end. */
    public boolean isUnsettled(UUID run) {
        return recovery.isOpen(run);
    }

    /** The objects of stores that one run reads. */
    public LocalizedFiles objects(TemporaryFiles of) {
        return new LocalizedFiles(objects.acquire(), of);
    }

    /** A place for files that a run's plans need beside the table's own. */
    public TemporaryFiles scratch() {
        return new TemporaryFiles(scratch);
    }

    /**
     * A destination, with the schema that its new files must have.
     *
     * @see WritePlanner#prepare
     */
    public WriteTarget prepare(TableBranch to, WriteModes modes, BaseSnapshot baseline, String proposedSchemaJson) {
        return writer.prepare(to, modes, baseline, proposedSchemaJson);
    }

    /** The same, with the layout that the table gets if it is new. */
    public WriteTarget prepare(
            TableName name, WriteModes modes, BaseSnapshot baseline, String proposedSchemaJson, TableLayout layout) {
        return writer.prepare(TableBranch.main(name), modes, baseline, proposedSchemaJson, layout);
    }

    /** The layout of a new table from the message of a worker; empty where it has none of its own. */
    public Optional<TableLayout> layout(TableName name, JsonNode message) {
        return commands.layout(name, message);
    }

    /**
     * The data files in which rows that a merge replaces may lie.
     *
     * @param filter Iceberg expression JSON that all these rows fulfil
     */
    public MergeCandidates candidates(WriteTarget target, Optional<String> filter) {
        return target.base()
                .table()
                .map(table -> MergeCandidates.find(planner, table, filter))
                .orElse(MergeCandidates.NONE);
    }

    /**
     * The data files in which rows may lie that a run updates or deletes, with their deletes.
     *
     * @param filter Iceberg expression JSON that all these rows fulfil
     */
    public MergeCandidates liveCandidates(PinnedTable table, Optional<String> filter) {
        return reading(() -> MergeCandidates.findLive(planner, table, filter));
    }

    /** Commits what a run staged, in one commit; none where it changes nothing. */
    public CommitOutcome commit(WriteTarget target, UUID run, StagedResult staged) {
        if (changesNothing(target, staged)) {
            return new Committed(0, target.base().snapshot());
        }
        if (target.isNew()) {
            catalogs.of(target.name())
                    .ensureNamespace(TableLoader.namespace(target.name().namespace()));
        }
        if (target.mode() instanceof Merge(var keys) && !target.isNew()) {
            return committer.commit(
                    target, run, staged.files(), new MergeChange(run, keys, target.candidates(), staged.replaced()));
        }
        return target.mode() == SaveMode.Plain.ROWS
                ? committer.commit(target, run, staged.files(), new RowsChange(run, staged.replaced()))
                : committer.commit(target, run, staged.files());
    }

    private static boolean changesNothing(WriteTarget target, StagedResult staged) {
        return switch (target.mode()) {
            case SaveMode.Plain.ROWS ->
                staged.files().isEmpty()
                        && staged.replaced().map(Replaced::count).orElse(0L) == 0;
            case SaveMode.Plain.TRUNCATE -> target.base().snapshot().isEmpty();
            default -> false;
        };
    }

    /** A catalog as other engines get it; fails unless it exists. */
    public ServedCatalog served(String name) {
        catalogs.named(name);
        if (!name.equals(served.name())) {
            throw new NeriumException(
                    ErrorCode.UNKNOWN_TABLE,
                    "The catalog '" + name + "' is not served here: connect to its own server.");
        }
        return served;
    }

    /** The state of each catalog by its last request, or {@code unused}; sends no request. */
    public Map<String, String> catalogHealth() {
        Map<String, String> states = new LinkedHashMap<>();
        catalogs.all()
                .forEach(catalog ->
                        states.put(catalog.info().name(), catalog.state().name().toLowerCase(Locale.ROOT)));
        return states;
    }

    /**
     * Reads a statement about metadata from the message of a worker.
     *
     * @param catalog the catalog of the run, where names without one are
     */
    public Command command(JsonNode message, String catalog) {
        return CommandReader.read(
                message,
                catalog,
                catalogs.all().stream().map(each -> each.info().name()).collect(Collectors.toSet()));
    }

    /** Every table of a catalog. */
    public List<TableName> tables(String catalogName) {
        return as(AllRights.INSTANCE).tables(catalogName);
    }

    @Override
    public void close() {
        recovery.close();
        catalogs.close();
    }
}
