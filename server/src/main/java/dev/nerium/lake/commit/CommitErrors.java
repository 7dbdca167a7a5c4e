package dev.nerium.lake.commit;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.FullDisk;
import dev.nerium.error.NeriumException;
import dev.nerium.error.RootCause;
import dev.nerium.lake.name.TableName;
import java.sql.SQLException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;

/** Says in plain words why a commit failed of which nothing is left. */
public final class CommitErrors {
    private CommitErrors() {}

    /** The same of a change of a table's metadata, which has no journal. */
    public static RuntimeException ofChange(TableName table, RuntimeException failure) {
        return switch (failure) {
            case CommitFailedException e ->
                new NeriumException(
                        ErrorCode.COMMIT_CONFLICT,
                        "The table " + table + " was changed by another writer; nothing was done. Try again.",
                        String.valueOf(e.getMessage()),
                        e);
            case CommitStateUnknownException e ->
                new NeriumException(
                        ErrorCode.COMMIT_STATE_UNKNOWN,
                        "The state of the commit to " + table + " is unknown: check the table before you try again.",
                        String.valueOf(e.getMessage()),
                        e);
            default -> toNeriumException(table, failure);
        };
    }

    public static RuntimeException toNeriumException(TableName table, RuntimeException failure) {
        if (failure instanceof NeriumException) {
            return failure;
        }
        if (FullDisk.isCauseOf(failure)) {
            return failure(
                    ErrorCode.STORAGE_FULL,
                    "The disk of the lake is full: nothing was written to " + table
                            + ". Free some space and try again.",
                    failure);
        }
        if (RootCause.chain(failure).anyMatch(SQLException.class::isInstance)) {
            return failure(
                    ErrorCode.CATALOG_ERROR, "The catalog failed: nothing was written to " + table + ".", failure);
        }
        return failure;
    }

    private static NeriumException failure(ErrorCode code, String message, RuntimeException failure) {
        return new NeriumException(code, message, RootCause.message(failure), failure);
    }
}
