package dev.nerium.lake.command;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.catalog.CatalogInfo;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.table.PinnedTable;
import java.util.List;

/** The tables and views of all catalogs, as far as a key may see them. */
public interface VisibleTables {
    /** The rights of the key. */
    TableRights rights();

    /** A table as it is now; fails unless it exists, and the key may read it. */
    PinnedTable pin(TableReference reference);

    /** Fails where a key may not look at the files and the metadata of a table. */
    void requireFiles(TableName name);

    /** Whether the key sees the name of a table or a view. */
    boolean sees(TableName name);

    /** The error for a table that does not exist, or that the key does not see. */
    NeriumException absent(TableName name);

    List<CatalogInfo> catalogs();

    List<String> namespaces(String catalog);

    /** The tables of a namespace; fails unless it exists. */
    List<String> tables(String catalog, String namespace);

    /** The views of a namespace; fails unless it exists. */
    List<String> views(String catalog, String namespace);
}
