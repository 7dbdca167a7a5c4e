package dev.nerium.lake.catalog;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.io.CanonicalPaths;
import dev.nerium.lake.io.TableFileIO;
import dev.nerium.lake.io.TableFolders;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The tables of a catalog besides one, looked up when they are first needed. For one request. */
public final class OtherTables {
    private final String table;
    private final TableFileIO files;
    private final Supplier<Map<String, TableFolders>> lookUp;
    private final CanonicalPaths paths = new CanonicalPaths();
    private @Nullable Map<String, TableFolders> others;

    OtherTables(String table, TableFileIO files, Supplier<Map<String, TableFolders>> lookUp) {
        this.table = table;
        this.files = files;
        this.lookUp = lookUp;
    }

    /** Fails where a file lies in the folders of another table. */
    public void requireNotOf(String what, String location) {
        Map<String, TableFolders> known = others;
        if (known == null) {
            known = lookUp.get();
            others = known;
        }
        Path file = paths.of(files.place(location));
        known.values().forEach(folders -> {
            if (folders.holds(file)) {
                // The name of the other table is for keys that may read it.
                throw NeriumException.invalid("%s is '%s', a file of another table: expected one of the table %s."
                        .formatted(what, location, table));
            }
        });
    }
}
