package dev.nerium.lake.command;

import dev.nerium.lake.catalog.TableLoader;
import org.apache.iceberg.catalog.Namespace;

/**
 * A schema, which Iceberg calls a namespace.
 *
 * @param name its levels with dots between them
 */
public record SchemaName(String catalog, String name) {
    Namespace namespace() {
        return TableLoader.namespace(name);
    }

    @Override
    public String toString() {
        return catalog + "." + name;
    }
}
