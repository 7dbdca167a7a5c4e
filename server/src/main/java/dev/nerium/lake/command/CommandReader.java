package dev.nerium.lake.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.access.Grantee;
import dev.nerium.lake.access.Right;
import dev.nerium.lake.access.Securable;
import dev.nerium.lake.catalog.TableDefinition;
import dev.nerium.lake.catalog.ViewDefinition;
import dev.nerium.lake.command.Command.CreateMode;
import dev.nerium.lake.name.QualifiedNameParser;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.name.TableVersion;
import dev.nerium.lake.refs.NewRef;
import dev.nerium.lake.refs.NewRef.Existing;
import dev.nerium.lake.refs.RefKind;
import dev.nerium.lake.refs.RefRetention;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.Namespace;

/**
 * Reads the command that a worker sends. A worker may send anything: a message that is not a command breaks the protocol, and a command with a
 * name, a type or a number that no statement may have is refused.
 */
public final class CommandReader {
    private static final String TABLE = "the table's name";

    private final CommandFields message;
    private final String catalog;
    private final Set<String> catalogs;

    private CommandReader(CommandFields message, String catalog, Set<String> catalogs) {
        this.message = message;
        this.catalog = catalog;
        this.catalogs = catalogs;
    }

    /**
     * @param catalog the catalog of the run, where names without one are
     * @param catalogs the names of all catalogs
     */
    public static Command read(JsonNode message, String catalog, Set<String> catalogs) {
        CommandFields.requireFlat(message);
        return new CommandReader(new CommandFields(message), catalog, catalogs).read();
    }

    private Command read() {
        return switch (message.text("kind")) {
            case "create_table" -> new Command.CreateTable(table("table"), mode(), definition());
            case "drop_table" ->
                new Command.DropTable(table("table"), message.flag("if_exists"), message.flag("purge"));
            case "rename_table" -> new Command.RenameTable(table("table"), table("to"), message.flag("if_exists"));
            case "alter_table" ->
                new Command.AlterTable(
                        table("table"),
                        message.flag("if_exists"),
                        message.objects("changes").stream()
                                .map(TableChangeReader::read)
                                .toList());
            case "create_schema" -> new Command.CreateSchema(schema("schema"), mode());
            case "drop_schema" ->
                new Command.DropSchema(schema("schema"), message.flag("if_exists"), message.flag("cascade"));
            case "create_ref" -> new Command.CreateRef(table("table"), ref());
            case "drop_ref" ->
                new Command.DropRef(table("table"), message.text("name"), refKind(), message.flag("if_exists"));
            case "fast_forward" ->
                new Command.FastForwardBranch(table("table"), message.text("branch"), message.text("to"));
            case "show_refs" -> new Command.ShowRefs(table("table"), refKind());
            case "show_catalogs" -> new Command.ShowCatalogs(like());
            case "show_schemas" ->
                new Command.ShowSchemas(message.optionalText("catalog").orElse(catalog), like());
            case "show_tables" -> new Command.ShowTables(catalogOfSchema(), optionalSchema(), like());
            case "show_views" -> new Command.ShowViews(catalogOfSchema(), optionalSchema(), like());
            case "show_columns" -> new Command.Describe(reference("table"), false);
            case "describe" -> new Command.Describe(reference("table"), message.flag("extended"));
            case "show_create_table" -> new Command.ShowCreateTable(table("table"));
            case "create_view" -> new Command.CreateView(table("view"), mode(), view(viewProperties()));
            case "alter_view" -> new Command.AlterView(table("view"), view(Map.of()));
            case "drop_view" -> new Command.DropView(table("view"), message.flag("if_exists"));
            case "show_create_view" -> new Command.ShowCreateView(table("view"));
            case "grant" -> new Command.ChangeGrants(true, rights(), securable(message.object("on")), grantee());
            case "revoke" -> new Command.ChangeGrants(false, rights(), securable(message.object("on")), grantee());
            case "show_grants" -> new Command.ShowGrants(optionalSecurable(), optionalGrantee());
            case "show_properties" -> new Command.ShowProperties(table("table"), message.optionalText("key"));
            default -> throw CommandFields.broken("a command that is not known");
        };
    }

    private TableName table(String field) {
        TableName name = TableName.parse(message.text(field), TABLE, catalog);
        requireLevels(name.namespace());
        return name;
    }

    private TableReference reference(String field) {
        return TableReference.parse(message.text(field), TABLE, catalog);
    }

    /** Levels become folders, as names of tables do. */
    private static void requireLevels(String namespace) {
        for (String level : namespace.split("\\.", -1)) {
            QualifiedNameParser.requirePart(level);
        }
    }

    private SchemaName schema(String field) {
        return schema(message.texts(field));
    }

    private SchemaName schema(List<String> parts) {
        if (parts.isEmpty()) {
            throw CommandFields.broken("a schema without a name");
        }
        // The first part is a catalog if there is one of that name, as in the names of tables.
        boolean isCatalog = parts.size() > 1 && catalogs.contains(parts.getFirst());
        String name = String.join(".", isCatalog ? parts.subList(1, parts.size()) : parts);
        requireLevels(name);
        return new SchemaName(isCatalog ? parts.getFirst() : catalog, name);
    }

    private Optional<SchemaName> optionalSchema() {
        return isWholeCatalog() || !message.has("schema") ? Optional.empty() : Optional.of(schema("schema"));
    }

    /** {@code SHOW TABLES IN c}: all of a catalog, unless the run's own catalog has a schema of that name. */
    private boolean isWholeCatalog() {
        return message.has("schema")
                && message.texts("schema").size() == 1
                && catalogs.contains(message.texts("schema").getFirst());
    }

    private String catalogOfSchema() {
        return isWholeCatalog()
                ? message.texts("schema").getFirst()
                : optionalSchema().map(SchemaName::catalog).orElse(catalog);
    }

    private Set<Right> rights() {
        return message.texts("rights").stream()
                .map(text -> Right.parse(text).orElseThrow(() -> CommandFields.broken("a right that is not known")))
                .collect(Collectors.toSet());
    }

    private Optional<Securable> optionalSecurable() {
        return message.has("on") ? Optional.of(securable(message.object("on"))) : Optional.empty();
    }

    private Securable securable(CommandFields on) {
        return switch (on.text("kind")) {
            case "table" -> Securable.Tables.of(TableName.parse(on.text("name"), TABLE, catalog));
            case "schema" -> {
                SchemaName schema = schema(on.texts("name"));
                yield Securable.Tables.within(schema.catalog(), schema.name());
            }
            case "catalog" -> new Securable.Tables(Optional.of(on.text("name")), Optional.empty(), Optional.empty());
            case "all" -> Securable.Tables.ALL;
            case "location" -> new Securable.Folder(on.text("name"));
            default -> throw CommandFields.broken("something that can't have rights");
        };
    }

    private Optional<Grantee> optionalGrantee() {
        return message.has("grantee") ? Optional.of(grantee()) : Optional.empty();
    }

    private Grantee grantee() {
        CommandFields grantee = message.object("grantee");
        return switch (grantee.text("kind")) {
            case "key" -> Grantee.key(grantee.text("name"));
            case "group" -> Grantee.group(grantee.text("name"));
            case "public" -> Grantee.PUBLIC;
            default -> throw CommandFields.broken("a grantee that is not known");
        };
    }

    private Optional<String> like() {
        return message.optionalText("like");
    }

    private CreateMode mode() {
        try {
            return CreateMode.valueOf(message.text("mode").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw CommandFields.broken("a mode that is not known");
        }
    }

    private NewRef ref() {
        Existing existing =
                switch (mode()) {
                    case CREATE -> Existing.REFUSE;
                    case IF_NOT_EXISTS -> Existing.KEEP;
                    case REPLACE -> Existing.REPLACE;
                };
        RefRetention retention = new RefRetention(
                message.positive("max_ref_age_ms").map(Duration::ofMillis),
                message.positive("min_snapshots_to_keep").map(CommandReader::count),
                message.positive("max_snapshot_age_ms").map(Duration::ofMillis));
        return new NewRef(message.text("name"), refKind(), from(), retention, existing);
    }

    private static int count(long number) {
        if (number > Integer.MAX_VALUE) {
            throw NeriumException.invalid(
                    "The number of snapshots to keep is " + number + ": expected at most " + Integer.MAX_VALUE + ".");
        }
        return (int) number;
    }

    private TableVersion from() {
        if (message.has("branch")) {
            return new TableVersion.Branch(message.text("branch"));
        }
        return message.optionalText("snapshot")
                .<TableVersion>map(CommandReader::snapshot)
                .orElse(new TableVersion.Current());
    }

    private static TableVersion snapshot(String digits) {
        try {
            return new TableVersion.SnapshotId(Long.parseLong(digits));
        } catch (NumberFormatException e) {
            throw CommandFields.broken("a snapshot that is not a number");
        }
    }

    private RefKind refKind() {
        return switch (message.text("type")) {
            case "branch" -> RefKind.BRANCH;
            case "tag" -> RefKind.TAG;
            default -> throw CommandFields.broken("neither a branch nor a tag");
        };
    }

    private TableDefinition definition() {
        return TableDefinitionReader.read(message);
    }

    /** Names in the text are those of this run: in its catalog, and in the schema default. */
    private ViewDefinition view(Map<String, String> properties) {
        return new ViewDefinition(
                TableDefinitionReader.schema(message.object("schema").message()),
                message.text("query"),
                catalog,
                Namespace.of("default"),
                properties);
    }

    private Map<String, String> viewProperties() {
        Map<String, String> properties = new HashMap<>(message.map("properties"));
        message.optionalText("comment").ifPresent(comment -> properties.put("comment", comment));
        return properties;
    }
}
