package dev.nerium.lake.catalog;

import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;

/**
 * A view to be created.
 *
 * @param schema of the rows of its query; the ids are placeholders
 * @param catalog where names without one are
 * @param namespace where names of one part are
 */
public record ViewDefinition(
        Schema schema, String sql, String catalog, Namespace namespace, Map<String, String> properties) {
    /** The SQL of this server, in the words of Iceberg's specification of views. */
    public static final String DIALECT = "nerium";

    public ViewDefinition {
        properties = Map.copyOf(properties);
    }
}
