package dev.nerium.lake.catalog;

import java.util.Map;

/**
 * A catalog as users see it.
 *
 * @param properties where it is; no credential is among them
 */
public record CatalogInfo(String name, String type, Map<String, String> properties) {
    public CatalogInfo {
        properties = Map.copyOf(properties);
    }
}
