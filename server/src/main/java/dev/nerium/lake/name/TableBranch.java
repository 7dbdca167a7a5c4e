package dev.nerium.lake.name;

import java.util.Optional;
import org.apache.iceberg.SnapshotRef;

/**
 * A branch of a table, as the destination of a write: {@code namespace.table} for the main branch, or
 * {@code namespace.table@branch:name}.
 */
public record TableBranch(TableName name, String branch) {
    /** The branch that a table always has. */
    public static final String MAIN = SnapshotRef.MAIN_BRANCH;

    public static TableBranch main(TableName name) {
        return new TableBranch(name, MAIN);
    }

    /**
     * Reads a destination as a user wrote it.
     *
     * @param field the request's field, for the message
     * @param catalog the catalog of the request
     * @see TableReference#parse
     */
    public static TableBranch parse(String text, String field, String catalog) {
        TableReference reference = TableReference.parse(text, field, catalog);
        return switch (reference.version()) {
            case TableVersion.Current() when reference.metadataTable().isEmpty() -> main(reference.name());
            case TableVersion.Branch(String branch)
            when reference.metadataTable().isEmpty() -> new TableBranch(reference.name(), branch);
            default ->
                throw QualifiedNameParser.parse(text, field)
                        .malformed("a snapshot, a tag, a time or a metadata table ($) can only be read:"
                                + " write to the table, or to a branch with namespace.table@branch:NAME");
        };
    }

    public boolean isMain() {
        return branch.equals(MAIN);
    }

    /** The reference with which a run reads what it writes to. */
    public TableReference reference() {
        return isMain()
                ? TableReference.current(name)
                : new TableReference(name, Optional.empty(), new TableVersion.Branch(branch));
    }

    /** {@code namespace.table}, as the API shows it, with the branch if it is not the main one. */
    public String local() {
        return name.local() + reference().version();
    }

    @Override
    public String toString() {
        return name + reference().version().toString();
    }
}
