package dev.nerium.lake.rest;

import dev.nerium.lake.scan.PredicateRewriter;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.NamedReference;
import org.apache.iceberg.expressions.UnboundPredicate;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The part of a filter by which Iceberg's planner chooses files rightly. It compares UUIDs as signed numbers, while their bounds
 * are in the order of unsigned bytes, and it takes {@code truncate[N]} for a transform that keeps the order of the smallest
 * numbers, where it overflows. In both cases it would leave out files that have matching rows.
 */
final class PlannableFilter extends PredicateRewriter {
    private final Schema schema;
    private final boolean caseSensitive;
    private final Set<Integer> truncated = new HashSet<>();
    private boolean isWhole = true;

    private PlannableFilter(Table table, boolean caseSensitive) {
        this.schema = table.schema();
        this.caseSensitive = caseSensitive;
        for (PartitionSpec spec : table.specs().values()) {
            for (PartitionField field : spec.fields()) {
                if (field.transform().toString().startsWith("truncate")) {
                    truncated.add(field.sourceId());
                }
            }
        }
    }

    /** An expression that is true for at least the rows of the filter; empty where that is the filter itself. */
    static Optional<Expression> wider(Expression filter, Table table, boolean caseSensitive) {
        PlannableFilter visitor = new PlannableFilter(table, caseSensitive);
        Expression wider = visitor.rewrite(filter);
        return visitor.isWhole ? Optional.empty() : Optional.of(wider);
    }

    @Override
    public <T> Expression predicate(UnboundPredicate<T> predicate) {
        if (isPlanned(predicate)) {
            return predicate;
        }
        isWhole = false;
        return Expressions.alwaysTrue();
    }

    private <T> boolean isPlanned(UnboundPredicate<T> predicate) {
        if (!(predicate.term() instanceof NamedReference<T> reference)) {
            return true;
        }
        NestedField column =
                caseSensitive ? schema.findField(reference.name()) : schema.caseInsensitiveFindField(reference.name());
        if (column == null) {
            // The planner reports the error.
            return true;
        }
        TypeID type = column.type().typeId();
        boolean isTruncated = (type == TypeID.INTEGER || type == TypeID.LONG) && truncated.contains(column.fieldId());
        return switch (predicate.op()) {
            case IS_NULL, NOT_NULL -> true;
            case LT, LT_EQ, GT, GT_EQ -> type != TypeID.UUID && !isTruncated;
            default -> type != TypeID.UUID;
        };
    }
}
