package dev.nerium.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a cluster is to do instead of the worker, as the worker wrote it: not to be believed.
 *
 * @param sql one SELECT
 * @param tables handles of the run's tables, by the names that they have in it
 * @param schemaJson Iceberg schema JSON of its rows
 */
public record ClusterStatement(String sql, Map<String, Integer> tables, String schemaJson) {
    public ClusterStatement {
        tables = new LinkedHashMap<>(tables);
    }
}
