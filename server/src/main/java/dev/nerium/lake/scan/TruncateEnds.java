package dev.nerium.lake.scan;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * Widens filters over whole numbers that partition a table by {@code truncate[N]}. The transform overflows for the smallest
 * numbers: Iceberg puts them into the partition of the largest, and then plans ranges as if the order were kept.
 */
final class TruncateEnds extends PredicateRewriter {
    private static final Pattern TRUNCATE = Pattern.compile("truncate\\[(\\d+)]");

    /**
     * The lower end of the numbers of one transform.
     *
     * @param partition that the smallest numbers are in
     * @param first number that is in a partition of its own order
     */
    private record End(BigInteger partition, BigInteger first) {
        static End of(int bits, BigInteger width) {
            BigInteger smallest = BigInteger.ONE.shiftLeft(bits - 1).negate();
            BigInteger below = smallest.subtract(smallest.mod(width));
            return new End(below.add(BigInteger.ONE.shiftLeft(bits)), below.add(width));
        }

        Number partition(TypeID type) {
            return type == TypeID.INTEGER ? (Number) partition.intValueExact() : (Number) partition.longValueExact();
        }
    }

    private final Schema schema;
    private final Map<String, Set<End>> ends;

    private TruncateEnds(Schema schema, Map<String, Set<End>> ends) {
        this.schema = schema;
        this.ends = ends;
    }

    /** An expression that is true for the same rows, and for partitions that may have them. */
    static Expression widen(Expression expression, Table table, Schema schema) {
        Map<String, Set<End>> found = new HashMap<>();
        for (PartitionSpec spec : table.specs().values()) {
            for (PartitionField field : spec.fields()) {
                Matcher truncate = TRUNCATE.matcher(field.transform().toString());
                NestedField source = schema.findField(field.sourceId());
                if (truncate.matches() && source != null) {
                    int bits = bits(source.type().typeId());
                    BigInteger width = new BigInteger(truncate.group(1));
                    if (bits > 0 && BigInteger.TWO.pow(bits).mod(width).signum() != 0) {
                        found.computeIfAbsent(schema.findColumnName(source.fieldId()), _ -> new HashSet<>())
                                .add(End.of(bits, width));
                    }
                }
            }
        }
        return found.isEmpty() ? expression : new TruncateEnds(schema, found).rewrite(expression);
    }

    private static int bits(TypeID type) {
        return switch (type) {
            case INTEGER -> Integer.SIZE;
            case LONG -> Long.SIZE;
            default -> 0;
        };
    }

    @Override
    public <T> Expression predicate(UnboundPredicate<T> predicate) {
        if (!(predicate.term() instanceof NamedReference<T> column)) {
            return predicate;
        }
        Set<End> found = ends.getOrDefault(column.name(), Set.of());
        if (found.isEmpty()) {
            return predicate;
        }
        return switch (predicate.op()) {
            case LT, LT_EQ -> upTo(predicate, column.name(), found);
            case GT, GT_EQ -> from(predicate, found);
            default -> predicate;
        };
    }

    private Expression upTo(Expression predicate, String column, Set<End> found) {
        TypeID type = schema.findType(column).typeId();
        Expression widened = predicate;
        for (End end : found) {
            widened = Expressions.or(widened, Expressions.greaterThanOrEqual(column, end.partition(type)));
        }
        return widened;
    }

    /** A partition that is above every other can't bound a range from below. */
    private static <T> Expression from(UnboundPredicate<T> predicate, Set<End> found) {
        BigInteger boundary = BigInteger.valueOf(((Number) predicate.literal().value()).longValue());
        return found.stream().anyMatch(end -> boundary.compareTo(end.first()) < 0)
                ? Expressions.alwaysTrue()
                : predicate;
    }
}
