package dev.nerium.sandbox.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;

/**
 * A table as a worker knows it.
 *
 * @param handle the number with which the worker requests a plan
 * @param schemaJson Iceberg schema JSON
 */
public record TableDescription(int handle, String name, String schemaJson) {
    public void write(ObjectNode node) {
        node.put("handle", handle).put("name", name).putRawValue("schema", new RawValue(schemaJson));
    }
}
