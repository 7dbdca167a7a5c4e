package dev.nerium.lake.write;

import dev.nerium.lake.io.RecordingFileIO;
import dev.nerium.lake.io.TableFileIO;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.scan.MergeCandidates;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.SortOrderParser;
import org.apache.iceberg.Transaction;

/**
 * A destination with the schema of its new files. Holds the open transaction that will commit them; before the commit, no change
 * is visible.
 */
public final class WriteTarget {
    private final TableBranch destination;
    private final WriteModes modes;
    private final Transaction transaction;
    private final BaseSnapshot base;
    private final boolean isNew;
    private final WriteProperties settings;
    private final MergeCandidates candidates;

    /** As prepared: a transaction that failed to grow the table forgets what it would have added. */
    private final Schema schema;

    private final PartitionSpec spec;

    WriteTarget(TableBranch destination, WriteModes modes, Transaction transaction, BaseSnapshot base, boolean isNew) {
        this(destination, modes, transaction, base, isNew, MergeCandidates.NONE);
    }

    private WriteTarget(
            TableBranch destination,
            WriteModes modes,
            Transaction transaction,
            BaseSnapshot base,
            boolean isNew,
            MergeCandidates candidates) {
        this.destination = destination;
        this.modes = modes;
        this.transaction = transaction;
        this.base = base;
        this.isNew = isNew;
        this.settings = WriteProperties.of(transaction.table());
        this.candidates = candidates;
        this.schema = transaction.table().schema();
        this.spec = transaction.table().spec();
    }

    /** The same destination, in whose candidates the rows that a merge replaces were looked up. */
    public WriteTarget withCandidates(MergeCandidates searched) {
        return new WriteTarget(destination, modes, transaction, base, isNew, searched);
    }

    /** Files in which the rows that a merge replaces lie; none where nobody looked. */
    public MergeCandidates candidates() {
        return candidates;
    }

    public TableName name() {
        return destination.name();
    }

    /** The branch of the table to which the files are committed. */
    public TableBranch destination() {
        return destination;
    }

    public SaveMode mode() {
        return modes.save();
    }

    public WriteModes modes() {
        return modes;
    }

    /** Iceberg schema JSON with the field ids that the files must carry. */
    public String schemaJson() {
        return SchemaParser.toJson(schema());
    }

    /** Partition spec of the new files, in Iceberg's JSON. */
    public String specJson() {
        return PartitionSpecParser.toJson(spec);
    }

    /** Order of the rows within a file, in Iceberg's JSON. */
    public String orderJson() {
        return SortOrderParser.toJson(transaction.table().sortOrder());
    }

    public WriteProperties settings() {
        return settings;
    }

    public Schema schema() {
        return schema;
    }

    public Transaction transaction() {
        return transaction;
    }

    public UUID tableId() {
        return transaction.table().uuid();
    }

    /** Sets the listener that is called with each file of the commit before the file is created. */
    public void setFileListener(Consumer<String> listener) {
        ((RecordingFileIO) files()).setListener(listener);
    }

    /** The files of the table. */
    public TableFileIO files() {
        return (TableFileIO) transaction.table().io();
    }

    /** The state of the table at the start of the run. */
    public BaseSnapshot base() {
        return base;
    }

    public boolean isNew() {
        return isNew;
    }

    /**
     * Whether files that were written for this target may be committed to a later one of the same table. A schema that grows
     * gives new columns the same ids again, unless others added theirs meanwhile.
     */
    public boolean canRetryOn(WriteTarget later) {
        return !later.isNew
                && (isNew || later.tableId().equals(tableId()))
                && later.spec.equals(spec)
                && SchemaCheckedOperations.isCompatible(later.schema, schema);
    }
}
