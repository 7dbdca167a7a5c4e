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

    private Commands(
            TableCommands tables,
            SchemaCommands schemas,
            ViewCommands views,
            RefCommands refs,
            Descriptions descriptions) {
        this.tables = tables;
        this.schemas = schemas;
        this.views = views;
        this.refs = refs;
        this.descriptions = descriptions;
    }

    /** @param createsSchemas whether a new table may make its schema */
    public static Commands of(
            Catalogs catalogs, TableLocks locks, ServedCatalog builtIn, VisibleTables tables, boolean createsSchemas) {
        CatalogGuard guard = new CatalogGuard(builtIn);
        TableCommands tableCommands = new TableCommands(catalogs, locks, guard, tables, createsSchemas);
        ViewCommands viewCommands = new ViewCommands(catalogs, locks, guard);
        return new Commands(
                tableCommands,
                new SchemaCommands(catalogs, guard, tableCommands, viewCommands),
                viewCommands,
                new RefCommands(catalogs, locks, guard, tables),
                new Descriptions(catalogs, tables));
    }

    /**
     * Executes a command for a key whose scope was checked. A change is one commit, or none if this fails.
     *
     * @param onlyKey the key whose rows alone are seen of the server's own tables; empty where all are
     */
    public CommandResult execute(Command command, Optional<String> onlyKey) {
        switch (command) {
            case Command.CreateTable create -> tables.create(create);
            case Command.DropTable drop -> tables.drop(drop);
            case Command.RenameTable rename -> tables.rename(rename);
            case Command.AlterTable alter -> tables.alter(alter);
            case Command.CreateSchema create -> schemas.create(create);
            case Command.DropSchema drop -> schemas.drop(drop);
            case Command.CreateView create -> views.create(create);
            case Command.AlterView alter -> views.alter(alter);
            case Command.DropView drop -> views.drop(drop);
            case Command.CreateRef create -> refs.create(create);
            case Command.DropRef drop -> refs.drop(drop);
            case Command.FastForwardBranch forward -> refs.fastForward(forward);
            case Command.ShowCreateView(var view) -> {
                return views.statement(view);
            }
            case Question question -> {
                return descriptions.answer(question, onlyKey);
            }
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
