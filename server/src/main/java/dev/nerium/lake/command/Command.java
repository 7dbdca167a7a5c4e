package dev.nerium.lake.command;

import dev.nerium.lake.access.Grantee;
import dev.nerium.lake.access.Right;
import dev.nerium.lake.access.Securable;
import dev.nerium.lake.catalog.TableDefinition;
import dev.nerium.lake.catalog.ViewDefinition;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.refs.NewRef;
import dev.nerium.lake.refs.RefKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A statement about metadata. {@link CommandReader} has checked its names, types and numbers, but not whether they exist. */
public sealed interface Command {
    /** The behaviour if the name is taken. */
    enum CreateMode {
        CREATE,
        IF_NOT_EXISTS,
        REPLACE
    }

    /** Whether it changes something. */
    default boolean writes() {
        return true;
    }

    /** A command that only reads. */
    sealed interface Question extends Command {
        @Override
        default boolean writes() {
            return false;
        }
    }

    record CreateTable(TableName table, CreateMode mode, TableDefinition definition) implements Command {}

    record DropTable(TableName table, boolean ifExists, boolean purge) implements Command {}

    record RenameTable(TableName table, TableName to, boolean ifExists) implements Command {}

    record AlterTable(TableName table, boolean ifExists, List<TableChange> changes) implements Command {
        public AlterTable {
            changes = List.copyOf(changes);
        }
    }

    record CreateSchema(SchemaName schema, CreateMode mode) implements Command {}

    /** @param cascade whether the tables, views and schemas in it are dropped, too */
    record DropSchema(SchemaName schema, boolean ifExists, boolean cascade) implements Command {}

    record CreateView(TableName view, CreateMode mode, ViewDefinition definition) implements Command {}

    /** @param definition the new query, and no properties */
    record AlterView(TableName view, ViewDefinition definition) implements Command {}

    record DropView(TableName view, boolean ifExists) implements Command {}

    record CreateRef(TableName table, NewRef ref) implements Command {}

    record DropRef(TableName table, String name, RefKind kind, boolean ifExists) implements Command {}

    /** @param to the branch or tag whose snapshot the branch gets */
    record FastForwardBranch(TableName table, String branch, String to) implements Command {}

    record ShowRefs(TableName table, RefKind kind) implements Question {}

    /** @param like pattern of SQL that the names match */
    record ShowCatalogs(Optional<String> like) implements Question {}

    record ShowSchemas(String catalog, Optional<String> like) implements Question {}

    /** @param schema empty for all of the catalog */
    record ShowTables(String catalog, Optional<SchemaName> schema, Optional<String> like) implements Question {}

    record ShowViews(String catalog, Optional<SchemaName> schema, Optional<String> like) implements Question {}

    /** @param extended whether the table's own facts follow its columns */
    record Describe(TableReference table, boolean extended) implements Question {}

    record ShowCreateTable(TableName table) implements Question {}

    record ShowCreateView(TableName view) implements Command {
        @Override
        public boolean writes() {
            return false;
        }
    }

    /** A command about rights, which are not in the lake. */
    sealed interface GrantCommand extends Command {}

    /**
     * Grants or revokes rights.
     *
     * @param grants whether it grants them
     */
    record ChangeGrants(boolean grants, Set<Right> rights, Securable on, Grantee grantee) implements GrantCommand {
        public ChangeGrants {
            rights = Set.copyOf(rights);
        }
    }

    /**
     * @param on what the rights are on; empty for all
     * @param grantee who has them; empty for all
     */
    record ShowGrants(Optional<Securable> on, Optional<Grantee> grantee) implements GrantCommand {
        @Override
        public boolean writes() {
            return false;
        }
    }

    /** @param key of the only property that is shown */
    record ShowProperties(TableName table, Optional<String> key) implements Question {}
}
