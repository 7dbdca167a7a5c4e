package dev.nerium.lake;

import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** A table as a run sees it from beginning to end: one version of its metadata, one snapshot. */
public final class PinnedTable {
    private final TableName name;
    private final Table table;
    private final String metadataLocation;
    private final String schemaJson;

    /** @param table a table whose operations never refresh */
    PinnedTable(TableName name, Table table, String metadataLocation) {
        this.name = name;
        this.table = table;
        this.metadataLocation = metadataLocation;
        this.schemaJson = SchemaParser.toJson(table.schema());
    }

    public TableName name() {
        return name;
    }

    /** Iceberg schema JSON (table spec, appendix C). */
    public String schemaJson() {
        return schemaJson;
    }

    String metadataLocation() {
        return metadataLocation;
    }

    Table table() {
        return table;
    }

    @Nullable
    Snapshot snapshot() {
        return table.currentSnapshot();
    }
}
