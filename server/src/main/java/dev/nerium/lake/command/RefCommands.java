package dev.nerium.lake.command;

import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.commit.TableLocks;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.refs.TableRefs;
import java.util.OptionalLong;

/** Creates, moves and drops branches and tags. Thread-safe. */
final class RefCommands {
    private final Catalogs catalogs;
    private final TableLocks locks;
    private final CatalogGuard guard;

    RefCommands(Catalogs catalogs, TableLocks locks, CatalogGuard guard) {
        this.catalogs = catalogs;
        this.locks = locks;
        this.guard = guard;
    }

    void create(Command.CreateRef command, VisibleTables tables) {
        refs(command.table(), tables).create(command.ref());
    }

    void fastForward(Command.FastForwardBranch command, VisibleTables tables) {
        refs(command.table(), tables).fastForward(command.branch(), command.to(), OptionalLong.empty());
    }

    void drop(Command.DropRef command, VisibleTables tables) {
        refs(command.table(), tables).drop(command.name(), command.kind(), command.ifExists());
    }

    private TableRefs refs(TableName table, VisibleTables tables) {
        guard.requireChangeable(table);
        if (!catalogs.of(table).tableExists(TableLoader.identifier(table))) {
            throw tables.absent(table);
        }
        return new TableRefs(table, catalogs.of(table), locks);
    }
}
