package dev.nerium.observe.lineage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.lake.table.PinnedTable;
import java.util.function.UnaryOperator;

/** The facets of an Iceberg table in all events. */
final class TableFacets {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Facets facets;
    private final String namespace;
    private final UnaryOperator<String> catalogType;

    /**
     * @param namespace of the tables' own names, beside those of their files
     * @param catalogType by the catalog's name
     */
    TableFacets(Facets facets, String namespace, UnaryOperator<String> catalogType) {
        this.facets = facets;
        this.namespace = namespace;
        this.catalogType = catalogType;
    }

    /** A dataset with its facets. */
    ObjectNode dataset(PinnedTable table) {
        DatasetName name = DatasetName.ofLocation(table.location());
        ObjectNode dataset =
                JSON.createObjectNode().put("namespace", name.namespace()).put("name", name.name());
        describe(table, dataset.putObject("facets"));
        return dataset;
    }

    /** A file, or a folder with files. */
    ObjectNode files(DatasetName name) {
        ObjectNode dataset =
                JSON.createObjectNode().put("namespace", name.namespace()).put("name", name.name());
        facets.put(dataset.putObject("facets"), "datasetType", "DatasetTypeDatasetFacet/1-0-1")
                .put("datasetType", "FILE");
        return dataset;
    }

    /** A table that does not exist, by its own name. */
    ObjectNode named(String table) {
        return JSON.createObjectNode().put("namespace", namespace).put("name", table);
    }

    private void describe(PinnedTable table, ObjectNode about) {
        ArrayNode fields =
                facets.put(about, "schema", "SchemaDatasetFacet/1-2-0").putArray("fields");
        schema(table).path("fields").forEach(field -> fields.add(field(field)));
        table.snapshotId()
                .ifPresent(snapshot -> facets.put(about, "version", "DatasetVersionDatasetFacet/1-0-1")
                        .put("datasetVersion", String.valueOf(snapshot)));
        facets.put(about, "symlinks", "SymlinksDatasetFacet/1-0-1")
                .putArray("identifiers")
                .addObject()
                .put("namespace", namespace)
                .put("name", table.reference().name().toString())
                .put("type", "TABLE");
        facets.put(about, "catalog", "CatalogDatasetFacet/1-1-0")
                .put("framework", "iceberg")
                .put("type", catalogType.apply(table.reference().name().catalog()))
                .put("name", table.reference().name().catalog())
                .put("source", "nerium");
        facets.put(about, "storage", "StorageDatasetFacet/1-0-1")
                .put("storageLayer", "iceberg")
                .put("fileFormat", "parquet");
        facets.put(about, "datasetType", "DatasetTypeDatasetFacet/1-0-1").put("datasetType", "TABLE");
    }

    private static JsonNode schema(PinnedTable table) {
        try {
            return JSON.readTree(table.schemaJson());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param iceberg a field as the table specification writes it (appendix C) */
    private static ObjectNode field(JsonNode iceberg) {
        ObjectNode field =
                JSON.createObjectNode().put("name", iceberg.path("name").asText());
        if (iceberg.hasNonNull("doc")) {
            field.put("description", iceberg.get("doc").asText());
        }
        type(iceberg.path("type"), field);
        return field;
    }

    /** Parts of lists and maps are called as OpenLineage calls those of Spark's. */
    private static void type(JsonNode type, ObjectNode field) {
        if (type.isTextual()) {
            field.put("type", type.asText());
            return;
        }
        field.put("type", type.path("type").asText());
        ArrayNode parts = field.putArray("fields");
        switch (type.path("type").asText()) {
            case "struct" -> type.path("fields").forEach(part -> parts.add(field(part)));
            case "list" -> part(parts, "_element", type.path("element"));
            case "map" -> {
                part(parts, "key", type.path("key"));
                part(parts, "value", type.path("value"));
            }
            default -> field.remove("fields");
        }
    }

    private static void part(ArrayNode parts, String name, JsonNode type) {
        type(type, parts.addObject().put("name", name));
    }
}
