package dev.nerium.workload.tables;

import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.command.Command;
import dev.nerium.lake.command.Command.GrantCommand;
import dev.nerium.lake.command.CommandResult;
import dev.nerium.lake.name.TableBranch;
import java.util.function.Supplier;

/** The rights of a run's statement. Each method fails where the run does not have them. */
public interface StatementRights {
    /** The rights of the run's key. */
    TableRights tables();

    /** Called with the table to which the statement writes rows. */
    void requireWritable(TableBranch table);

    /** Executes a statement about metadata, and records it if it changes something. */
    CommandResult execute(Command command, Supplier<CommandResult> work);

    /** Executes a statement about grants. */
    CommandResult execute(GrantCommand command);
}
