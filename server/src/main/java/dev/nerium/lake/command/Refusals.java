package dev.nerium.lake.command;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import dev.nerium.lake.commit.CommitErrors;
import dev.nerium.lake.name.TableName;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;

/** The errors of commands in the user's terms. */
final class Refusals {
    private static final int LONGEST = 500;

    private Refusals() {}

    /** The refusal of something that Iceberg does not take. */
    static RuntimeException invalid(String what, RuntimeException failure) {
        return switch (failure) {
            case NeriumException own -> own;
            case IllegalArgumentException _,
                    ValidationException _,
                    IllegalStateException _,
                    UnsupportedOperationException _ ->
                new NeriumException(
                        ErrorCode.INVALID_REQUEST,
                        what + ": " + PlainText.of(String.valueOf(failure.getMessage()), LONGEST),
                        "",
                        failure);
            default -> failure;
        };
    }

    /** The error of a commit to a table. */
    static RuntimeException ofCommit(TableName table, RuntimeException failure) {
        return switch (failure) {
            case CommitStateUnknownException unknown ->
                new NeriumException(
                        ErrorCode.COMMIT_STATE_UNKNOWN,
                        "The change of %s may have been made or not: look at the table before you try again."
                                .formatted(table),
                        "",
                        unknown);
            case CommitFailedException conflict -> conflict(table, conflict);
            case AlreadyExistsException exists -> exists(table, exists);
            default -> CommitErrors.toNeriumException(table, invalid("The change does not fit " + table, failure));
        };
    }

    static NeriumException conflict(TableName table, RuntimeException failure) {
        return new NeriumException(
                ErrorCode.COMMIT_CONFLICT,
                "Another writer changed %s at the same time, and this change was not made. Try again.".formatted(table),
                "",
                failure);
    }

    static NeriumException exists(TableName table) {
        return NeriumException.invalid(
                "The table %s exists: choose another name, or write IF NOT EXISTS or OR REPLACE.".formatted(table));
    }

    private static NeriumException exists(TableName table, RuntimeException failure) {
        return new NeriumException(ErrorCode.INVALID_REQUEST, exists(table).message(), "", failure);
    }
}
