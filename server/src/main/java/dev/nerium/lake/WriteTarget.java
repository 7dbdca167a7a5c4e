package dev.nerium.lake;

import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Transaction;

/**
 * A destination with the schema that its new files must have. Holds the open transaction that will commit them; nothing of it
 * is visible before that.
 */
public final class WriteTarget {
    private final TableName name;
    private final SaveMode mode;
    private final Transaction transaction;
    private final Baseline base;
    private final boolean isNew;

    WriteTarget(TableName name, SaveMode mode, Transaction transaction, Baseline base, boolean isNew) {
        this.name = name;
        this.mode = mode;
        this.transaction = transaction;
        this.base = base;
        this.isNew = isNew;
    }

    public TableName name() {
        return name;
    }

    public SaveMode mode() {
        return mode;
    }

    /** Iceberg schema JSON with the field ids that the files must carry. */
    public String schemaJson() {
        return SchemaParser.toJson(schema());
    }

    /** Compression codec of the table's Parquet files, in Iceberg's words. */
    public String compression() {
        return transaction.table().properties().getOrDefault("write.parquet.compression-codec", "zstd");
    }

    /** Size at which a new data file is begun. */
    public long targetFileBytes() {
        String property = transaction.table().properties().getOrDefault("write.target-file-size-bytes", "536870912");
        return Long.parseLong(property);
    }

    Schema schema() {
        return transaction.table().schema();
    }

    Transaction transaction() {
        return transaction;
    }

    /** What the table was when the run began. */
    Baseline base() {
        return base;
    }

    boolean isNew() {
        return isNew;
    }
}
