package dev.nerium.workload.tables;

import dev.nerium.lake.command.Command;
import dev.nerium.lake.name.TableBranch;
import java.util.Optional;

/** The rights of a run's statement. Each method fails where the run does not have them. */
public interface StatementRights {
    /** The key whose rows alone the run sees of the server's own tables; empty where it sees those of all. */
    Optional<String> onlyKey();

    /** Called with the table to which the statement writes rows. */
    void requireWritable(TableBranch table);

    /** Called with the statement about metadata, before it is executed. */
    void requireAllowed(Command command);
}
