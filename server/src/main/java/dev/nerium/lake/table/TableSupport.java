package dev.nerium.lake.table;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import dev.nerium.lake.name.TableName;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.avro.AvroRuntimeException;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Says why a table can't be read. */
public final class TableSupport {
    /** The types of Iceberg that Polars has no type for. */
    private static final Set<TypeID> UNREADABLE = Set.of(TypeID.VARIANT, TypeID.GEOMETRY, TypeID.GEOGRAPHY);

    private static final int LONGEST_SHOWN = 200;

    private TableSupport() {}

    /** @param columns that are read, at the top level */
    static void requireReadableTypes(PinnedTable pinned, Predicate<String> columns) {
        for (NestedField column : pinned.schema().columns()) {
            if (columns.test(column.name())) {
                unreadable(column).ifPresent(field -> {
                    throw because(
                            pinned,
                            "has the column '%s' of the type %s"
                                    .formatted(pinned.schema().findColumnName(field.fieldId()), field.type()),
                            " Read its other columns.");
                });
            }
        }
    }

    public static void requireWritableTypes(TableName name, Schema schema) {
        for (NestedField column : schema.columns()) {
            unreadable(column).ifPresent(field -> {
                throw new NeriumException(
                        ErrorCode.UNSUPPORTED_TABLE,
                        "The destination %s has the column '%s' of the type %s, which Polars can't write."
                                .formatted(name, schema.findColumnName(field.fieldId()), field.type()));
            });
        }
    }

    private static Optional<NestedField> unreadable(NestedField column) {
        return TypeUtil.indexById(Types.StructType.of(column)).values().stream()
                .filter(field -> UNREADABLE.contains(field.type().typeId()))
                .findFirst();
    }

    public static NeriumException view(TableName name) {
        return new NeriumException(
                ErrorCode.UNSUPPORTED_TABLE,
                "%s is a view, which only statements of SQL read, by its name in the text.".formatted(name)
                        + " Use a table.");
    }

    /** Nerium has no keys: what it wrote would lie beside encrypted files in the clear. */
    public static void requireUnencrypted(TableName name, Table table) {
        String key = table.properties().get(TableProperties.ENCRYPTION_TABLE_KEY);
        if (key != null) {
            throw new NeriumException(
                    ErrorCode.UNSUPPORTED_TABLE,
                    "The table %s is encrypted (%s is '%s'), and this version of Nerium writes no encrypted files. Write it"
                                    .formatted(name, TableProperties.ENCRYPTION_TABLE_KEY, key)
                            + " with an engine that has the key, or write to another table.");
        }
    }

    /** Requires that the files of a manifest are not encrypted. */
    static void requireUnencrypted(PinnedTable pinned, ContentFile<?> file) {
        if (file.keyMetadata() != null) {
            throw because(pinned, "has encrypted files, such as " + file.location());
        }
    }

    /** Its list of manifests, too. */
    public static void requireUnencrypted(PinnedTable pinned, Snapshot snapshot) {
        if (snapshot.keyId() != null) {
            throw because(pinned, "has an encrypted list of manifests, " + snapshot.manifestListLocation());
        }
    }

    /** @param what the file is, in the plural */
    public static void requireParquet(PinnedTable pinned, ContentFile<?> file, String what) {
        requireUnencrypted(pinned, file);
        if (file.format() != FileFormat.PARQUET) {
            throw because(
                    pinned, "has %s in the format %s, such as %s".formatted(what, file.format(), file.location()));
        }
    }

    /**
     * Converts a failure to read manifests: a violation of the specification by their writer becomes an error for the client, any
     * other failure is passed on unchanged.
     */
    public static RuntimeException unreadable(PinnedTable pinned, RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AvroRuntimeException) {
                return unreadable(
                        pinned, " (" + PlainText.of(String.valueOf(cause.getMessage()), LONGEST_SHOWN) + ")", failure);
            }
            if (cause instanceof ClassCastException || cause instanceof NullPointerException) {
                return unreadable(pinned, "", failure);
            }
        }
        return failure;
    }

    private static NeriumException unreadable(PinnedTable pinned, String why, RuntimeException failure) {
        return new NeriumException(
                ErrorCode.UNSUPPORTED_TABLE,
                "The table " + pinned.reference()
                        + " has a manifest, or a manifest list, that violates Iceberg's specification"
                        + why
                        + ". Rewrite the table with another engine, or roll it back to an earlier snapshot.",
                "",
                failure);
    }

    public static NeriumException because(PinnedTable pinned, String what) {
        return because(pinned, what, "");
    }

    private static NeriumException because(PinnedTable pinned, String what, String advice) {
        return new NeriumException(
                ErrorCode.UNSUPPORTED_TABLE,
                "The table " + pinned.reference() + " " + what + ", which this version of Nerium does not read."
                        + advice);
    }
}
