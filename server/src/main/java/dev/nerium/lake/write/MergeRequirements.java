package dev.nerium.lake.write;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.table.PinnedTable;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;

/** The requirements of a merge for its table. */
final class MergeRequirements {
    private MergeRequirements() {}

    /** The rows to replace are looked up in the table as it was when the run began, so the columns must be the same. */
    static void requireUnchanged(TableName name, Table table, BaseSnapshot baseline) {
        boolean unchanged = baseline.table()
                .map(PinnedTable::table)
                .filter(pinned -> pinned.uuid().equals(table.uuid()))
                .filter(pinned -> pinned.schema().sameSchema(table.schema()))
                .isPresent();
        if (!unchanged) {
            throw new NeriumException(
                    ErrorCode.COMMIT_CONFLICT,
                    "The table " + name + " was changed by others meanwhile; nothing was written.",
                    "It was created, or its columns were changed, after the run began.");
        }
    }

    /** @param action what the run does with rows, as in "rows can't be ..." */
    static void requireDeletes(TableName name, Table table, String action) {
        int version = TableUtil.formatVersion(table);
        if (version < 2) {
            throw new NeriumException(
                    ErrorCode.UNSUPPORTED_TABLE,
                    "The table %s has the format version %d, which has no deletes, so rows can't be %s."
                            .formatted(name, version, action),
                    "Set the table's property format-version to 2, with any engine; its files do not change.");
        }
    }
}
