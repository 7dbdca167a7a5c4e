package dev.nerium.lake.command;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.catalog.NamedClasses;
import dev.nerium.lake.catalog.PropertyValues;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.io.TableFolders;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.rest.ServedCatalog;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;

/** The checks that a change by a statement has in common with one by Iceberg's REST protocol. */
record CatalogGuard(ServedCatalog builtIn) {
    /** Fails where the server alone changes the tables of a namespace, or where a name can't be one of the catalog. */
    void requireChangeable(TableName name) {
        requireChangeable(name.catalog(), TableLoader.namespace(name.namespace()));
        if (isBuiltIn(name.catalog())) {
            builtIn.requireName(TableLoader.namespace(name.namespace()), name.table());
        }
    }

    void requireChangeable(String catalog, Namespace namespace) {
        if (isBuiltIn(catalog)) {
            builtIn.requireName(namespace);
            builtIn.requireNotSystemTable(namespace);
        }
    }

    /** Fails where a table may not be given the properties: they may name no class, and no folder of others. */
    void requireAllowed(TableName table, Map<String, String> properties) {
        Set<String> reserved = TableProperties.RESERVED_PROPERTIES;
        properties.keySet().stream()
                .filter(key -> reserved.contains(key) && !key.equals(TableProperties.FORMAT_VERSION))
                .findFirst()
                .ifPresent(key -> {
                    throw NeriumException.invalid(
                            "The property '" + key + "' is Iceberg's own, and no statement sets it: remove it.");
                });
        if (isBuiltIn(table.catalog())) {
            builtIn.requireAllowed(properties);
            builtIn.requireFree(TableLoader.identifier(table), List.of(), properties);
            return;
        }
        NamedClasses.refuse(properties);
        PropertyValues.require(properties);
        TableFolders.PROPERTIES.stream()
                .filter(properties::containsKey)
                .findFirst()
                .ifPresent(key -> {
                    throw NeriumException.invalid("The property '" + key + "' names a folder, and the catalog '"
                            + table.catalog() + "' chooses the folders: remove it.");
                });
    }

    private boolean isBuiltIn(String catalog) {
        return catalog.equals(builtIn.name());
    }
}
