package dev.nerium.lake.command;

import dev.nerium.lake.catalog.CatalogInfo;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.table.PinnedTable;
import java.util.List;
import java.util.Optional;

/** The tables of all catalogs, as far as a key may see them. */
public interface VisibleTables {
    /** A table as it is now; fails unless it exists. */
    PinnedTable pin(TableReference reference, Optional<String> onlyKey);

    /** Fails where a key may not look at the files and the metadata of a table. */
    void requireFiles(TableName name, Optional<String> onlyKey);

    List<CatalogInfo> catalogs();

    List<String> namespaces(String catalog);

    /** The tables of a namespace; fails unless it exists. */
    List<String> tables(String catalog, String namespace);
}
