package dev.nerium.lake.command;

import dev.nerium.lake.access.Right;
import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.command.Command.CreateMode;
import dev.nerium.lake.name.TableName;
import java.util.function.Supplier;

/** The rights that statements about metadata need. Thread-safe. */
final class CommandRights {
    private final Catalogs catalogs;
    private final ViewCommands views;

    CommandRights(Catalogs catalogs, ViewCommands views) {
        this.catalogs = catalogs;
        this.views = views;
    }

    /** Whether a statement has an effect: not if it says IF EXISTS of something that the key does not see. Fails if a right is missing. */
    boolean permits(Command command, VisibleTables tables) {
        TableRights rights = tables.rights();
        return switch (command) {
            case Command.CreateTable create -> creates(create.table(), create.mode(), rights);
            case Command.CreateView create -> creates(create.view(), create.mode(), rights);
            case Command.DropTable drop -> changes(Right.DROP, drop.table(), drop.ifExists(), tables);
            case Command.AlterTable alter -> changes(Right.MANAGE, alter.table(), alter.ifExists(), tables);
            case Command.RenameTable rename -> {
                // Its rows get the rights that keys have on the new name.
                boolean isSeen = changes(Right.MANAGE, rename.table(), rename.ifExists(), tables);
                yield creates(rename.to(), CreateMode.CREATE, rights) && isSeen;
            }
            case Command.DropView drop -> changesView(Right.DROP, drop.view(), drop.ifExists(), tables);
            case Command.AlterView alter -> changesView(Right.MANAGE, alter.view(), false, tables);
            case Command.ShowCreateView(var view) -> changesView(Right.READ, view, false, tables);
            case Command.CreateSchema(var schema, var _) -> {
                rights.requireOnAllOf(Right.CREATE, schema.catalog(), schema.name());
                yield true;
            }
            case Command.DropSchema(var schema, var ifExists, var _) -> drops(schema, ifExists, rights);
            case Command.CreateRef(var table, var _) -> changes(Right.WRITE, table, false, tables);
            case Command.DropRef drop -> changes(Right.WRITE, drop.table(), false, tables);
            case Command.FastForwardBranch forward -> changes(Right.WRITE, forward.table(), false, tables);
            // They look at visible tables only, and grants have rules of their own.
            case Command.Question _, Command.GrantCommand _ -> true;
        };
    }

    /** Replacing something needs the right to drop it, too. */
    private boolean creates(TableName name, CreateMode mode, TableRights rights) {
        rights.require(Right.CREATE, name);
        if (mode == CreateMode.REPLACE && exists(name)) {
            rights.require(Right.DROP, name);
        }
        if (!catalogs.of(name).namespaceExists(TableLoader.namespace(name.namespace()))) {
            rights.requireOnAllOf(Right.CREATE, name.catalog(), name.namespace());
        }
        return true;
    }

    private boolean exists(TableName name) {
        return catalogs.of(name).tableExists(TableLoader.identifier(name))
                || catalogs.of(name).hasView(TableLoader.identifier(name));
    }

    private static boolean changes(Right right, TableName name, boolean ifExists, VisibleTables tables) {
        return permits(right, name, ifExists, tables, () -> tables.absent(name));
    }

    private boolean changesView(Right right, TableName name, boolean ifExists, VisibleTables tables) {
        return permits(right, name, ifExists, tables, () -> views.unknown(name, tables));
    }

    private static boolean permits(
            Right right,
            TableName name,
            boolean ifExists,
            VisibleTables tables,
            Supplier<? extends RuntimeException> unknown) {
        if (tables.sees(name)) {
            tables.rights().require(right, name);
            return true;
        }
        if (!ifExists) {
            throw unknown.get();
        }
        return false;
    }

    private static boolean drops(SchemaName schema, boolean ifExists, TableRights rights) {
        boolean isSeen = rights.seesNamespace(schema.catalog(), schema.name());
        if (isSeen || !ifExists) {
            rights.requireOnAllOf(Right.DROP, schema.catalog(), schema.name());
        }
        return isSeen;
    }
}
