package dev.nerium.cli.workload;

import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.WorkloadReply;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.statement.Statement;
import dev.nerium.cli.workload.WorkloadCall.RowsReceiver;

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

    /** Has the rows received in a format that the server streams. */
    public void stream(Statement statement, WorkloadCall call, String mediaType, RowsReceiver receiver) {
        try {
            call.stream(
                    NeriumClient.QUERY,
                    options.body(statement),
                    mediaType,
                    (request, begin) -> receiver.receive(() -> request.get().withoutRowsOfChange(), begin));
        } catch (CliException e) {
            throw StatementError.of(e, statement);
        }
    }
}
