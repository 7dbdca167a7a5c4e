package dev.nerium.lake.command;

import org.apache.iceberg.NullOrder;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortOrderBuilder;

/** One member of a sort order. */
public record OrderedColumn(TransformedColumn column, SortDirection direction, NullOrder nulls) {
    void addTo(SortOrderBuilder<?> order) {
        if (direction == SortDirection.ASC) {
            order.asc(column.term(), nulls);
        } else {
            order.desc(column.term(), nulls);
        }
    }
}
