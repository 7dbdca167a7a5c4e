package dev.nerium.lake.scan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Interner;
import dev.nerium.lake.footer.Footer;
import dev.nerium.lake.table.PinnedTable;
import java.io.IOException;
import org.apache.iceberg.DataFile;

/** The footers of data files. Data files never change, so each footer is read once. Thread-safe. */
final class Footers {
    /** Approximate size in bytes of one unit of weight. */
    private static final int UNIT_BYTES = 256;

    private static final int MAX_UNITS = 200_000;

    /** Different catalogs may have different stores behind one location. */
    private record FooterKey(String catalog, String location, long bytes) {}

    /** The files of a table mostly have equal footers, which are kept once. */
    private final Interner<Footer> distinct = Interner.newWeakInterner();

    private final Cache<FooterKey, Footer> footers = Caffeine.newBuilder()
            .maximumWeight(MAX_UNITS)
            .<FooterKey, Footer>weigher((key, footer) -> weigh(footer))
            .build();

    /** Equal footers are the same object. */
    Footer of(PinnedTable table, DataFile file) throws IOException {
        FooterKey key = new FooterKey(table.reference().name().catalog(), file.location(), file.fileSizeInBytes());
        Footer known = footers.getIfPresent(key);
        if (known != null) {
            return known;
        }
        Footer read = distinct.intern(Footer.read(table.files().newInputFile(file.location())));
        footers.put(key, read);
        return read;
    }

    private static int weigh(Footer footer) {
        return 1
                + footer.columns().getPaths().size()
                + footer.arrowSchema().map(String::length).orElse(0) / UNIT_BYTES;
    }
}
