package dev.nerium.lake;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;

/** Says why a table can't be read. */
final class UnsupportedTable {
    /** The types of Iceberg that Polars has no type for. */
    private static final Set<TypeID> UNREADABLE = Set.of(TypeID.VARIANT, TypeID.GEOMETRY, TypeID.GEOGRAPHY);

    private UnsupportedTable() {}

    static void requireReadableTypes(PinnedTable pinned) {
        TypeUtil.indexNameById(pinned.schema().asStruct()).forEach((id, name) -> {
            Type type = pinned.schema().findType(id);
            if (UNREADABLE.contains(type.typeId())) {
                throw because(pinned, "has the column '%s' of the type %s".formatted(name, type));
            }
        });
    }

    /** @param what the file is, in the plural */
    static void requireParquet(PinnedTable pinned, ContentFile<?> file, String what) {
        if (file.format() != FileFormat.PARQUET) {
            throw because(
                    pinned, "has %s in the format %s, such as %s".formatted(what, file.format(), file.location()));
        }
    }

    static NeriumException because(PinnedTable pinned, String what) {
        return new NeriumException(
                ErrorCode.UNSUPPORTED_TABLE,
                "The table " + pinned.reference() + " " + what + ", which this version of Nerium does not read.");
    }
}
