package dev.nerium.lake.command;

import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.commit.TableLocks;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.refs.TableRefs;
import java.util.Optional;
import java.util.OptionalLong;

/** Creates, moves and drops branches and tags. Thread-safe. */
final class RefCommands {
    private final Catalogs catalogs;
    private final TableLocks locks;
    private final CatalogGuard guard;
    private final VisibleTables tables;

    RefCommands(Catalogs catalogs, TableLocks locks, CatalogGuard guard, VisibleTables tables) {
        this.catalogs = catalogs;
        this.locks = locks;
        this.guard = guard;
        this.tables = tables;
    }

    void create(Command.CreateRef command) {
        refs(command.table()).create(command.ref());
    }

    void fastForward(Command.FastForwardBranch command) {
        refs(command.table()).fastForward(command.branch(), command.to(), OptionalLong.empty());
    }

    void drop(Command.DropRef command) {
        refs(command.table()).drop(command.name(), command.kind(), command.ifExists());
    }

    private TableRefs refs(TableName table) {
        guard.requireChangeable(table);
        // Fails unless it exists.
        tables.pin(TableReference.current(table), Optional.empty());
        return new TableRefs(table, catalogs.of(table), locks);
    }
}
