package dev.nerium.lake.table;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.MetadataTableType;
import org.apache.iceberg.MetadataTableUtils;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types.ListType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;

/**
 * The metadata tables of manifests. Iceberg's table of one snapshot fails for a manifest without partition summaries, which
 * the specification allows and DuckDB writes, so its rows are selected from the table of all snapshots.
 */
final class ManifestTables {
    private static final String SNAPSHOT = "reference_snapshot_id";
    private static final String SUMMARIES = "partition_summaries";
    private static final Set<String> ONLY_OF_ALL = Set.of(SNAPSHOT, "key_metadata");

    private ManifestTables() {}

    static boolean has(MetadataTableType type) {
        return type == MetadataTableType.MANIFESTS || type == MetadataTableType.ALL_MANIFESTS;
    }

    static Table open(Table table) {
        return MetadataTableUtils.createMetadataTableInstance(table, MetadataTableType.ALL_MANIFESTS);
    }

    /** Iceberg requires the flag for NaN in the summaries of all snapshots, but a manifest may lack it. */
    static Schema schema(Table all, MetadataTableType type) {
        return new Schema(all.schema().columns().stream()
                .filter(column -> type == MetadataTableType.ALL_MANIFESTS || !ONLY_OF_ALL.contains(column.name()))
                .map(column -> column.name().equals(SUMMARIES) ? summaries(column) : column)
                .toList());
    }

    private static NestedField summaries(NestedField column) {
        ListType list = column.type().asListType();
        List<NestedField> fields = list.elementType().asStructType().fields().stream()
                .map(field -> field.name().equals("contains_nan") ? field.asOptional() : field)
                .toList();
        ListType type = ListType.ofRequired(list.elementId(), StructType.of(fields));
        return NestedField.from(column).ofType(type).build();
    }

    /** The manifests of one snapshot; a table that was never written has none. */
    static TableScan scan(Table all, Optional<Snapshot> snapshot, Schema schema) {
        long id = snapshot.map(Snapshot::snapshotId).orElse(-1L);
        List<String> columns = schema.columns().stream().map(NestedField::name).toList();
        return all.newScan().filter(Expressions.equal(SNAPSHOT, id)).select(columns);
    }
}
