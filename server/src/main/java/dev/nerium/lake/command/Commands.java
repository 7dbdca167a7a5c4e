package dev.nerium.lake.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.command.Command.Question;
import dev.nerium.lake.commit.TableLocks;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.rest.ServedCatalog;
import dev.nerium.lake.write.TableLayout;
import java.util.Optional;

/** Executes commands. Thread-safe. */
public final class Commands {
    private final TableCommands tables;
    private final SchemaCommands schemas;
    private final ViewCommands views;
    private final RefCommands refs;
    private final Descriptions descriptions;
    private final CommandRights rights;

    private Commands(
            TableCommands tables,
            SchemaCommands schemas,
            ViewCommands views,
            RefCommands refs,
            Descriptions descriptions,
            CommandRights rights) {
        this.tables = tables;
        this.schemas = schemas;
        this.views = views;
        this.refs = refs;
        this.descriptions = descriptions;
        this.rights = rights;
    }

    /** @param createsSchemas whether a new table may make its schema */
    public static Commands of(Catalogs catalogs, TableLocks locks, ServedCatalog builtIn, boolean createsSchemas) {
        CatalogGuard guard = new CatalogGuard(builtIn);
        TableCommands tableCommands = new TableCommands(catalogs, locks, guard, createsSchemas);
        ViewCommands viewCommands = new ViewCommands(catalogs, locks, guard);
        return new Commands(
                tableCommands,
                new SchemaCommands(catalogs, guard, tableCommands, viewCommands),
                viewCommands,
                new RefCommands(catalogs, locks, guard),
                new Descriptions(catalogs),
                new CommandRights(catalogs, viewCommands));
    }

    /**
     * Executes a command for a key whose scope was checked. A change is one commit, or none if this fails.
     *
     * @param visible the tables that the key sees
     */
    public CommandResult execute(Command command, VisibleTables visible) {
        if (!rights.permits(command, visible)) {
            return CommandResult.NOTHING;
        }
        switch (command) {
            case Command.CreateTable create -> tables.create(create, visible);
            case Command.DropTable drop -> tables.drop(drop, visible);
            case Command.RenameTable rename -> tables.rename(rename, visible);
            case Command.AlterTable alter -> tables.alter(alter, visible);
            case Command.CreateSchema create -> schemas.create(create);
            case Command.DropSchema drop -> schemas.drop(drop, visible);
            case Command.CreateView create -> views.create(create, visible);
            case Command.AlterView alter -> views.alter(alter, visible);
            case Command.DropView drop -> views.drop(drop, visible);
            case Command.CreateRef create -> refs.create(create, visible);
            case Command.DropRef drop -> refs.drop(drop, visible);
            case Command.FastForwardBranch forward -> refs.fastForward(forward, visible);
            case Command.ShowCreateView(var view) -> {
                return views.statement(view, visible);
            }
            case Question question -> {
                return descriptions.answer(question, visible);
            }
            case Command.GrantCommand _ -> throw new IllegalStateException("Grants are not in the lake");
        }
        return CommandResult.NOTHING;
    }

    /** The layout of a new table, which has the columns of a query; empty where it has none of its own. */
    public Optional<TableLayout> layout(TableName name, JsonNode message) {
        return tables.layout(name, message);
    }

    /** A view; empty if there is none of that name. */
    public Optional<ViewText> view(TableName name) {
        return views.find(name);
    }
}
