package dev.nerium.cli.workload;

import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.WorkloadReply;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.statement.Statement;

/** Executes statements of SQL. Errors have their place in the statement. */
public final class StatementRunner {
    private final StatementOptions options;

    public StatementRunner(StatementOptions options) {
        this.options = options;
    }

    public WorkloadReply reply(Statement statement, WorkloadCall call) {
        try {
            return call.reply(NeriumClient.QUERY, options.body(statement)).withoutRowsOfChange();
        } catch (CliException e) {
            throw StatementError.of(e, statement);
        }
    }

    /** Copies the rows to stdout as an Arrow stream. */
    public void copyArrow(Statement statement, WorkloadCall call) {
        try {
            call.copyArrow(NeriumClient.QUERY, options.body(statement));
        } catch (CliException e) {
            throw StatementError.of(e, statement);
        }
    }
}
