package dev.nerium.lake;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.FileFormat;

/** Says why a table can't be read. */
final class UnsupportedTable {
    private UnsupportedTable() {}

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
