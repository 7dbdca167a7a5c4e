package dev.nerium.lake;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NearestName;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.access.Right;
import dev.nerium.lake.access.Securable;
import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.catalog.CatalogInfo;
import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.catalog.LakeCatalog;
import dev.nerium.lake.catalog.PropertyValues;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.command.Command;
import dev.nerium.lake.command.CommandResult;
import dev.nerium.lake.command.Commands;
import dev.nerium.lake.command.ViewText;
import dev.nerium.lake.command.VisibleTables;
import dev.nerium.lake.commit.TableLocks;
import dev.nerium.lake.maintenance.MaintenanceContext;
import dev.nerium.lake.maintenance.TableMaintenance;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.name.UnknownName;
import dev.nerium.lake.refs.TableRef;
import dev.nerium.lake.refs.TableRefs;
import dev.nerium.lake.table.PartitionFilter;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.table.TableSize;
import dev.nerium.lake.table.TableSupport;
import dev.nerium.lake.table.TableVersionResolver;
import dev.nerium.lake.write.BaseSnapshot;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.WriteTarget;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * The lake as one key sees it. Every method checks the rights of the key, each time that it is called. A table without any right is
 * reported as one that does not exist.
 */
public final class AuthorizedLake implements VisibleTables {
    private final Lake lake;
    private final Catalogs catalogs;
    private final TableLoader loader;
    private final MaintenanceContext upkeep;
    private final TableLocks turns;
    private final Commands commands;
    private final TableRights rights;

    AuthorizedLake(
            Lake lake,
            Catalogs catalogs,
            TableLoader loader,
            MaintenanceContext upkeep,
            TableLocks turns,
            Commands commands,
            TableRights rights) {
        this.lake = lake;
        this.catalogs = catalogs;
        this.loader = loader;
        this.upkeep = upkeep;
        this.turns = turns;
        this.commands = commands;
        this.rights = rights;
    }

    @Override
    public TableRights rights() {
        return rights;
    }

    /** The version of a table, or of its metadata table, that a reference names; the caller then keeps it. */
    @Override
    public PinnedTable pin(TableReference reference) {
        TableName name = reference.name();
        requireReadable(name);
        if (!lake.isServers(name) || rights.onlyKey().isEmpty()) {
            return TableVersionResolver.resolve(load(name), reference);
        }
        if (reference.metadataTable().isPresent()) {
            throw filesOfAll(name);
        }
        PinnedTable table = TableVersionResolver.resolve(load(name), reference);
        return Lake.isShared(name) ? table : table.onlyOf(rights.onlyKey().get());
    }

    /** Fails unless the key may read the rows of a table or a view. */
    public void requireReadable(TableName name) {
        if (!lake.isServers(name)) {
            requireSeen(name);
            rights.require(Right.READ, name);
        } else if (Lake.isShared(name) && !rights.seesAll()) {
            throw new NeriumException(
                    ErrorCode.FORBIDDEN,
                    "The table %s has rows about all tables: while rights are granted by table, reading it needs the scope admin."
                            .formatted(name.local()));
        }
    }

    private void requireSeen(TableName name) {
        if (!rights.sees(name)) {
            throw absent(name);
        }
    }

    /** Fails where a key may not look at the files and the metadata of a table. */
    @Override
    public void requireFiles(TableName name) {
        requireReadable(name);
        if (rights.onlyKey().isPresent() && lake.isServers(name)) {
            throw filesOfAll(name);
        }
    }

    private static NeriumException filesOfAll(TableName name) {
        return new NeriumException(
                ErrorCode.FORBIDDEN,
                "The files and the metadata of %s contain rows of all keys: reading them needs the scope admin."
                                .formatted(name.local())
                        + " Read its rows instead, with a query or scan(\"" + name.local()
                        + "\"): you see the rows of your own runs.");
    }

    private PinnedTable load(TableName name) {
        requireCatalog(name.catalog());
        try {
            return loader.pin(name);
        } catch (NoSuchTableException e) {
            throw absent(name);
        }
    }

    /** Fails unless the catalog exists, and the key sees something in it. */
    public void requireCatalog(String name) {
        catalog(name);
    }

    private LakeCatalog catalog(String name) {
        if (!seesCatalog(name)) {
            throw UnknownName.failure(
                    "catalog '" + name + "'",
                    name,
                    catalogs().stream().map(CatalogInfo::name).toList());
        }
        return catalogs.named(name);
    }

    @Override
    public NeriumException absent(TableName name) {
        requireCatalog(name.catalog());
        List<String> namespaces = namespaces(name.catalog());
        if (!namespaces.contains(name.namespace())) {
            return UnknownName.failure(
                    "namespace '" + name.namespace() + "' in the catalog '" + name.catalog() + "'",
                    name.namespace(),
                    namespaces);
        }
        if (rights.sees(name) && catalogs.of(name).hasView(TableLoader.identifier(name))) {
            return TableSupport.view(name);
        }
        return unknownTable(name);
    }

    /** A table of the same namespace is the likelier one that was meant. */
    private NeriumException unknownTable(TableName name) {
        Optional<String> near = NearestName.of(name.table(), tables(name.catalog(), name.namespace()))
                .map(table -> new TableName(name.catalog(), name.namespace(), table).local());
        return UnknownName.failure(
                "table '" + name.local() + "'", name.local(), near.map(List::of).orElseGet(() -> elsewhere(name)));
    }

    /** Tables of that very name in other namespaces. */
    private List<String> elsewhere(TableName name) {
        return namespaces(name.catalog()).stream()
                .map(namespace -> new TableName(name.catalog(), namespace, name.table()))
                .filter(rights::sees)
                .filter(lake::exists)
                .map(TableName::local)
                .toList();
    }

    /** Every catalog, the built-in one first. */
    @Override
    public List<CatalogInfo> catalogs() {
        return catalogs.all().stream()
                .map(LakeCatalog::info)
                .filter(catalog -> seesCatalog(catalog.name()))
                .toList();
    }

    /** Every key sees the built-in catalog, which has the server's own tables. */
    private boolean seesCatalog(String name) {
        return rights.seesCatalog(name) || name.equals(lake.defaultCatalog());
    }

    @Override
    public List<String> namespaces(String catalog) {
        return namespaces(catalog(catalog), Namespace.empty())
                .map(Namespace::toString)
                .filter(namespace -> seesNamespace(catalog, namespace))
                .sorted()
                .toList();
    }

    /** Every key sees the names of the server's own tables, and the rows that are its own. */
    private boolean seesNamespace(String catalog, String namespace) {
        return rights.seesNamespace(catalog, namespace) || lake.isServers(new TableName(catalog, namespace, ""));
    }

    private static Stream<Namespace> namespaces(LakeCatalog catalog, Namespace parent) {
        return catalog.listNamespaces(parent).stream()
                .flatMap(namespace -> Stream.concat(Stream.of(namespace), namespaces(catalog, namespace)));
    }

    @Override
    public List<String> tables(String catalog, String namespace) {
        return names(catalog, namespace, found -> found.listTables(TableLoader.namespace(namespace)));
    }

    @Override
    public List<String> views(String catalog, String namespace) {
        return names(catalog, namespace, found -> found.listViews(TableLoader.namespace(namespace)));
    }

    /** Lists the names of a catalog in a namespace. */
    @FunctionalInterface
    private interface Listing {
        List<TableIdentifier> of(LakeCatalog catalog);
    }

    private List<String> names(String catalog, String namespace, Listing listing) {
        List<String> namespaces = namespaces(catalog);
        if (!namespaces.contains(namespace)) {
            throw UnknownName.failure("namespace '" + namespace + "'", namespace, namespaces);
        }
        return listing.of(catalogs.named(catalog)).stream()
                .map(TableIdentifier::name)
                .filter(name -> sees(new TableName(catalog, namespace, name)))
                .sorted()
                .toList();
    }

    @Override
    public boolean sees(TableName name) {
        return rights.sees(name) || lake.isServers(name);
    }

    /** Every table of a catalog. */
    public List<TableName> tables(String catalog) {
        return namespaces(catalog).stream()
                .flatMap(namespace ->
                        tables(catalog, namespace).stream().map(table -> new TableName(catalog, namespace, table)))
                .toList();
    }

    /** The size of a version of a table, or of some of its partitions. */
    public TableSize size(TableReference reference, List<PartitionFilter> filters) {
        requireFiles(reference.name());
        return TableSize.of(pin(reference), filters);
    }

    /** A table's metadata file: its location and its content. */
    public record Metadata(String location, String json) {}

    public Metadata metadata(TableName name) {
        requireFiles(name);
        PinnedTable table = pin(TableReference.current(name));
        return new Metadata(
                table.metadataLocation(),
                TableMetadataParser.toJson(
                        ((HasTableOperations) table.table()).operations().current()));
    }

    /** The branches and tags of a table. */
    public List<TableRef> refs(TableName name) {
        requireFiles(name);
        return TableRefs.list(pin(TableReference.current(name)).table());
    }

    /** Changes of the branches and tags of a table; fails unless the table exists and belongs to users. */
    public TableRefs changeRefs(TableName name) {
        PinnedTable table = changeable(name, Right.WRITE);
        PropertyValues.require(name.toString(), table.table().properties());
        return new TableRefs(name, catalogs.of(name), turns);
    }

    /** Maintenance of a table; fails unless the table exists and belongs to users. */
    public TableMaintenance maintain(TableName name) {
        PinnedTable table = changeable(name, Right.MANAGE);
        PropertyValues.require(name.toString(), table.table().properties());
        return new TableMaintenance(table, upkeep);
    }

    private PinnedTable changeable(TableName name, Right right) {
        lake.requireNotSystemTable(name);
        requireSeen(name);
        rights.require(right, name);
        return load(name);
    }

    /** The current state of a destination; fails unless its catalog and namespace exist, or may be created, and its branch exists. */
    public BaseSnapshot baseline(TableBranch to) {
        requireWritable(to.name());
        if (!to.isMain()) {
            return new BaseSnapshot(Optional.of(TableVersionResolver.destination(existing(to.name()), to)));
        }
        requireCatalog(to.name().catalog());
        try {
            return new BaseSnapshot(Optional.of(existing(to.name(), loader.pin(to.name()))));
        } catch (NoSuchTableException e) {
            requireCreatable(to.name());
            return BaseSnapshot.NOTHING;
        }
    }

    /** Fails unless the key may write rows to a table that exists, or may create it. */
    public void requireWritable(TableName name) {
        lake.requireNotSystemTable(name);
        if (!rights.has(Right.WRITE, name) && !rights.has(Right.CREATE, name)) {
            // The same answer whether the table exists or not.
            throw rights.refusal(Securable.Tables.of(name), Right.WRITE, Right.CREATE);
        }
    }

    /** Fails unless the key may commit to a destination. Rows are also appended to a table that others create in between. */
    public void requireWritable(WriteTarget target) {
        if (target.isNew()) {
            rights.require(Right.CREATE, target.name());
        }
        if (!target.isNew() || target.mode() == SaveMode.Plain.APPEND) {
            rights.require(Right.WRITE, target.name());
        }
    }

    private PinnedTable existing(TableName name) {
        return existing(name, load(name));
    }

    private PinnedTable existing(TableName name, PinnedTable table) {
        rights.require(Right.WRITE, name);
        return table;
    }

    private void requireCreatable(TableName name) {
        rights.require(Right.CREATE, name);
        if (!catalogs.of(name).namespaceExists(TableLoader.namespace(name.namespace()))) {
            if (!lake.createsNamespaces()) {
                throw UnknownName.failure(
                        "namespace '" + name.namespace() + "'", name.namespace(), namespaces(name.catalog()));
            }
            rights.requireOnAllOf(Right.CREATE, name.catalog(), name.namespace());
        }
        if (catalogs.of(name).hasView(TableLoader.identifier(name))) {
            throw TableSupport.view(name);
        }
    }

    /** Executes a statement about metadata, of a key whose scope was checked. */
    public CommandResult execute(Command command) {
        return commands.execute(command, this);
    }

    /** A view; empty if there is none of that name, or if the key does not see it. */
    public Optional<ViewText> view(TableName name) {
        if (!rights.sees(name)) {
            return Optional.empty();
        }
        Optional<ViewText> found = commands.view(name);
        if (found.isPresent()) {
            rights.require(Right.READ, name);
        }
        return found;
    }
}
