package dev.nerium.lake;

import dev.nerium.error.NeriumException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The tables of a catalog besides one, looked up when they are first needed. For one request. */
public final class OtherTables {
    private final String table;
    private final TableFiles files;
    private final Supplier<Map<String, TableFolders>> lookUp;
    private final RealPaths paths = new RealPaths();
    private @Nullable Map<String, TableFolders> others;

    OtherTables(String table, TableFiles files, Supplier<Map<String, TableFolders>> lookUp) {
        this.table = table;
        this.files = files;
        this.lookUp = lookUp;
    }

    /** Fails where a file lies in the folders of another table. */
    void requireNotOf(String what, String location) {
        Map<String, TableFolders> known = others;
        if (known == null) {
            known = lookUp.get();
            others = known;
        }
        Path file = paths.of(files.place(location));
        known.forEach((other, folders) -> {
            if (folders.holds(file)) {
                throw NeriumException.invalid("%s is '%s', a file of the table %s: expected one of the table %s."
                        .formatted(what, location, other, table));
            }
        });
    }
}
