package dev.nerium.workload.tables;

import dev.nerium.lake.command.Command;
import dev.nerium.lake.command.CommandResult;
import dev.nerium.lake.name.TableBranch;
import java.util.Optional;
import java.util.function.Supplier;

/** The rights of a run's statement. Each method fails where the run does not have them. */
public interface StatementRights {
    /** The key whose rows alone the run sees of the server's own tables; empty where it sees those of all. */
    Optional<String> onlyKey();

    /** Called with the table to which the statement writes rows. */
    void requireWritable(TableBranch table);

    /** Executes a statement about metadata, and records it if it changes something. */
    CommandResult execute(Command command, Supplier<CommandResult> work);
}
