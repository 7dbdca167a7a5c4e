package dev.nerium.lake.write;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SingleValueParser;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.util.JsonUtil;
import org.jspecify.annotations.Nullable;

/**
 * The partition that a worker says a file belongs to, believed only where the file's own footer agrees: a scan skips a file
 * for its partition, and reads identity-partitioned columns from there.
 */
final class PartitionValues {
    /** Polars cuts the bounds of longer texts, at a character: they are no longer values of the column. */
    private static final int WHOLE_BOUND_BYTES = 60;

    private PartitionValues() {}

    /** Why the file can't be in that partition; the message is for the run's owner. */
    static final class MismatchException extends Exception {
        private static final long serialVersionUID = 1;

        private MismatchException(String message) {
            super(message);
        }
    }

    /**
     * The tuple, as manifests hold it.
     *
     * @param json Iceberg's single-value JSON of the partition type; NaN and the infinities, which that lacks, as texts
     * @param metrics of the file, whole bounds of every column
     */
    static PartitionData parse(PartitionSpec spec, String json, Metrics metrics) throws MismatchException {
        PartitionData tuple = new PartitionData(spec.partitionType());
        JsonNode values = tree(json);
        for (int i = 0; i < spec.fields().size(); i++) {
            PartitionField field = spec.fields().get(i);
            Object value = value(
                    spec.partitionType().fields().get(i).type(), values.path(Integer.toString(field.fieldId())), field);
            require(spec, field, value, metrics);
            tuple.set(i, value);
        }
        return tuple;
    }

    private static JsonNode tree(String json) throws MismatchException {
        try {
            return JsonUtil.mapper().readTree(json);
        } catch (IOException e) {
            throw new MismatchException("its partition can't be read");
        }
    }

    private static @Nullable Object value(Type type, JsonNode node, PartitionField field) throws MismatchException {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        try {
            if (node.isTextual() && type.typeId() == TypeID.FLOAT) {
                return Float.valueOf(node.textValue());
            }
            if (node.isTextual() && type.typeId() == TypeID.DOUBLE) {
                return Double.valueOf(node.textValue());
            }
            return SingleValueParser.fromJson(type, node);
        } catch (RuntimeException e) {
            throw new MismatchException("the value of its partition field '" + field.name() + "' is no " + type);
        }
    }

    private static void require(PartitionSpec spec, PartitionField field, @Nullable Object value, Metrics metrics)
            throws MismatchException {
        if (!field.transform().isVoid() || value != null) {
            requireNulls(field, value, metrics);
        }
        if (value == null) {
            return;
        }
        Type source = spec.schema().findType(field.sourceId());
        boolean agrees = field.transform().preservesOrder()
                ? agrees(field.transform(), source, value, metrics, field.sourceId())
                : isBucket(field.transform(), (Integer) value);
        if (!agrees) {
            throw mismatch(field);
        }
    }

    /** A partition is null for null, and for nothing else. */
    private static void requireNulls(PartitionField field, @Nullable Object value, Metrics metrics)
            throws MismatchException {
        Long nulls = metrics.nullValueCounts().get(field.sourceId());
        long expected = value == null ? metrics.recordCount() : 0;
        if (field.transform().isVoid() || nulls == null || nulls != expected) {
            throw mismatch(field);
        }
    }

    /** Both ends of the column give that value, so all between them do. */
    private static boolean agrees(Transform<?, ?> transform, Type source, Object value, Metrics metrics, int sourceId) {
        ByteBuffer lower = metrics.lowerBounds().get(sourceId);
        ByteBuffer upper = metrics.upperBounds().get(sourceId);
        if (lower == null || upper == null) {
            // A footer has no bounds for floats among which is a NaN, which only the partition of NaN may have.
            return value instanceof Number number && Double.isNaN(number.doubleValue());
        }
        Comparator<Object> order =
                Comparators.forType(transform.getResultType(source).asPrimitiveType());
        if (same(order, transformed(transform, source, lower), value)
                && same(order, transformed(transform, source, upper), value)) {
            return true;
        }
        return lower.remaining() >= WHOLE_BOUND_BYTES && encloses(lower, upper, bytes(transform, source, value));
    }

    /** A cut lower bound is the beginning of the value; of a cut upper bound, the last characters are raised. */
    private static boolean encloses(ByteBuffer lower, ByteBuffer upper, ByteBuffer value) {
        return startsAlike(value, lower, lower.remaining()) && startsAlike(value, upper, WHOLE_BOUND_BYTES - 12);
    }

    private static boolean startsAlike(ByteBuffer one, ByteBuffer other, int bytes) {
        return one.remaining() >= bytes
                && other.remaining() >= bytes
                && one.slice(one.position(), bytes).equals(other.slice(other.position(), bytes));
    }

    /** A hash can't be checked with bounds; {@code bucket[16]} has the numbers from 0 to 15. */
    private static boolean isBucket(Transform<?, ?> transform, int number) {
        String text = transform.toString();
        return number >= 0 && number < Integer.parseInt(text.substring(text.indexOf('[') + 1, text.length() - 1));
    }

    private static boolean same(Comparator<Object> order, Object bound, Object value) {
        // A footer's zeros have the sign of their side: -0.0 below, 0.0 above.
        return order.compare(bound, value) == 0
                || (bound instanceof Number b
                        && value instanceof Number v
                        && b.doubleValue() == 0
                        && v.doubleValue() == 0);
    }

    @SuppressWarnings("unchecked")
    private static Object transformed(Transform<?, ?> transform, Type source, ByteBuffer bound) {
        Object value = Conversions.fromByteBuffer(source, bound);
        return ((Transform<Object, Object>) transform).bind(source).apply(value);
    }

    private static ByteBuffer bytes(Transform<?, ?> transform, Type source, Object value) {
        return Conversions.toByteBuffer(transform.getResultType(source), value);
    }

    private static MismatchException mismatch(PartitionField field) {
        return new MismatchException("its rows are not all in the partition that it names, of '" + field.name() + "'");
    }
}
