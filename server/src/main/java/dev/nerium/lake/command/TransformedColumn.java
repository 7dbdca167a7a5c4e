package dev.nerium.lake.command;

import dev.nerium.error.NearestName;
import dev.nerium.error.NeriumException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Term;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A column, or a value that is computed from one, by which a table is partitioned or sorted.
 *
 * @param transform in Iceberg's words, such as {@code bucket[16]}
 */
public record TransformedColumn(String column, String transform) {
    private static final Pattern SIZED = Pattern.compile("(bucket|truncate)\\[([1-9]\\d{0,9})]");
    private static final Pattern PLAIN = Pattern.compile("identity|year|month|day|hour");

    public TransformedColumn {
        if (!PLAIN.matcher(transform).matches() && size(transform) > Integer.MAX_VALUE) {
            throw NeriumException.invalid(
                    "The transform '%s' is not known: expected identity, year, month, day, hour,".formatted(transform)
                            + " bucket[n] or truncate[n].");
        }
    }

    /** Larger than any size where it is no such transform. */
    private static long size(String transform) {
        Matcher sized = SIZED.matcher(transform);
        return sized.matches() ? Long.parseLong(sized.group(2)) : Long.MAX_VALUE;
    }

    /** The transform without a size. */
    private String kind() {
        return transform.replaceFirst("\\[.*", "");
    }

    boolean isPlain() {
        return transform.equals("identity");
    }

    Term term() {
        return switch (kind()) {
            case "bucket" -> Expressions.bucket(column, Math.toIntExact(size(transform)));
            case "truncate" -> Expressions.truncate(column, Math.toIntExact(size(transform)));
            case "year" -> Expressions.year(column);
            case "month" -> Expressions.month(column);
            case "day" -> Expressions.day(column);
            case "hour" -> Expressions.hour(column);
            default -> Expressions.ref(column);
        };
    }

    /** Adds it to a partitioning, with the name that Iceberg gives such fields. */
    void addTo(PartitionSpec.Builder spec) {
        switch (kind()) {
            case "bucket" -> spec.bucket(column, Math.toIntExact(size(transform)));
            case "truncate" -> spec.truncate(column, Math.toIntExact(size(transform)));
            case "year" -> spec.year(column);
            case "month" -> spec.month(column);
            case "day" -> spec.day(column);
            case "hour" -> spec.hour(column);
            default -> spec.identity(column);
        }
    }

    /** Fails unless a table has the column, with a type that the transform takes. */
    void requireAppliesTo(Schema schema) {
        NestedField field = column(schema, column);
        if (!field.type().isPrimitiveType() || !Transforms.fromString(transform).canTransform(field.type())) {
            throw NeriumException.invalid(
                    "%s can't be computed from the column '%s', which has the type %s. Use another column or transform."
                            .formatted(this, column, SqlText.type(field.type())));
        }
    }

    /** A column, or a field inside of one; fails unless there is one of that name. */
    static NestedField column(Schema schema, String name) {
        NestedField field = schema.findField(name);
        if (field == null) {
            throw unknown(schema, name);
        }
        return field;
    }

    static NeriumException unknown(Schema schema, String name) {
        List<String> names = List.copyOf(schema.idToName().values());
        return NeriumException.invalid("The table has no column '" + name + "'." + NearestName.hint(name, names));
    }

    /** As a statement has it. */
    @Override
    public String toString() {
        return text(column, transform);
    }

    /** A transform as a statement has it; one of another engine, too. */
    static String text(String column, String transform) {
        Matcher sized = SIZED.matcher(transform);
        String name = SqlText.path(column);
        if (sized.matches()) {
            return "%s(%s, %s)".formatted(sized.group(1), sized.group(2), name);
        }
        return transform.equals("identity") ? name : transform + "(" + name + ")";
    }
}
