package dev.nerium.observe.lineage;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Facets of OpenLineage's specification, each with who made it and its schema. */
final class Facets {
    private static final String SPECIFICATION = "https://openlineage.io/spec/";

    private final String producer;

    Facets(String producer) {
        this.producer = producer;
    }

    String producer() {
        return producer;
    }

    /**
     * Adds a facet.
     *
     * @param schema its name and version, such as {@code SchemaDatasetFacet/1-2-0}
     */
    ObjectNode put(ObjectNode facets, String key, String schema) {
        String[] parts = schema.split("/", 2);
        return put(
                facets,
                key,
                SPECIFICATION + "facets/" + parts[1] + "/" + parts[0] + ".json#/$defs/" + parts[0],
                producer);
    }

    /** Adds one of our own, which the specification lets anybody do. */
    ObjectNode own(ObjectNode facets, String key, String kind) {
        return put(facets, key, SPECIFICATION + "2-0-2/OpenLineage.json#/$defs/" + kind, producer);
    }

    private static ObjectNode put(ObjectNode facets, String key, String schemaUrl, String producer) {
        return facets.putObject(key).put("_producer", producer).put("_schemaURL", schemaUrl);
    }
}
