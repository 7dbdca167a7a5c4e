package dev.nerium.observe.trace;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opentelemetry.api.common.Attributes;

/** Attributes as the JSON text of a table's column. */
final class AttributesJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private AttributesJson() {}

    static String of(Attributes attributes) {
        return node(attributes).toString();
    }

    static ObjectNode node(Attributes attributes) {
        ObjectNode node = JSON.createObjectNode();
        attributes.forEach((key, value) -> node.set(key.getKey(), JSON.valueToTree(value)));
        return node;
    }
}
