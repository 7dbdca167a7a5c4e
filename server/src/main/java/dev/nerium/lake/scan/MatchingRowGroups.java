package dev.nerium.lake.scan;

import dev.nerium.lake.footer.ComparableColumns;
import dev.nerium.lake.storage.ObjectRead.RowGroups;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.NamedReference;
import org.apache.iceberg.expressions.UnboundPredicate;
import org.apache.iceberg.parquet.ParquetMetricsRowGroupFilter;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;

/**
 * Chooses the row groups of a data file that may have rows for which a filter is true, by the statistics in the footer. Iceberg
 * takes a column that a file does not have for a column of nulls, but its value may be a default or a partition value:
 * conditions on such columns, and on columns whose statistics may be misread, count as true.
 *
 * @param schema the table's
 */
record MatchingRowGroups(Schema schema, Expression filter) implements RowGroups {
    @Override
    public List<Integer> choose(ParquetMetadata footer) {
        List<BlockMetaData> groups = footer.getBlocks();
        try {
            MessageType columns = footer.getFileMetaData().getSchema();
            Expression known = new KnownConditions(schema, ComparableColumns.ids(footer, schema)).rewrite(filter);
            ParquetMetricsRowGroupFilter matches = new ParquetMetricsRowGroupFilter(schema, known);
            return all(groups)
                    .filter(group -> matches.shouldRead(columns, groups.get(group)))
                    .boxed()
                    .toList();
        } catch (RuntimeException | StackOverflowError e) {
            // The file has types or statistics that Iceberg does not know: Polars filters all of its rows.
            return all(groups).boxed().toList();
        }
    }

    private static IntStream all(List<BlockMetaData> groups) {
        return IntStream.range(0, groups.size());
    }

    /** Replaces the conditions on all but some columns. */
    private static final class KnownConditions extends PredicateRewriter {
        private final Schema schema;
        private final Set<Integer> columns;

        KnownConditions(Schema schema, Set<Integer> columns) {
            this.schema = schema;
            this.columns = columns;
        }

        @Override
        public <T> Expression predicate(UnboundPredicate<T> predicate) {
            NestedField column =
                    predicate.term() instanceof NamedReference<T> named ? schema.findField(named.name()) : null;
            return column != null && columns.contains(column.fieldId()) ? predicate : Expressions.alwaysTrue();
        }
    }
}
