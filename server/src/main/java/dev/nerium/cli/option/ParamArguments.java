package dev.nerium.cli.option;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of {@code --param}: texts for a script; for SQL texts, typed values and JSON. */
public final class ParamArguments {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ParamArguments() {}

    /** @throws IllegalArgumentException with a message for the user */
    public static Map<String, JsonNode> ofScript(List<String> arguments) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        for (String argument : arguments) {
            int sign = sign(argument, "NAME=VALUE");
            values.put(argument.substring(0, sign), TextNode.valueOf(argument.substring(sign + 1)));
        }
        return values;
    }

    /** @throws IllegalArgumentException with a message for the user */
    public static Map<String, JsonNode> ofQuery(List<String> arguments) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        for (String argument : arguments) {
            int sign = sign(argument, "NAME=VALUE or NAME:TYPE=VALUE");
            String name = argument.substring(0, sign);
            String value = argument.substring(sign + 1);
            int colon = name.indexOf(':');
            if (colon < 0) {
                values.put(name, TextNode.valueOf(value));
            } else {
                values.put(name.substring(0, colon), typed(argument, name.substring(colon + 1), value));
            }
        }
        return values;
    }

    private static int sign(String argument, String expected) {
        int sign = argument.indexOf('=');
        if (sign < 1 || argument.startsWith(":")) {
            throw new IllegalArgumentException("--param is '" + argument + "': expected " + expected + ".");
        }
        return sign;
    }

    private static JsonNode typed(String argument, String type, String value) {
        if (type.equals("json")) {
            return json(argument, value);
        }
        JsonNode given = type.endsWith("[]") ? json(argument, value) : TextNode.valueOf(value);
        return JSON.createObjectNode().put("type", type).set("value", given);
    }

    private static JsonNode json(String argument, String value) {
        try {
            JsonNode node = JSON.readTree(value);
            if (!node.isMissingNode()) {
                return node;
            }
        } catch (JsonProcessingException e) {
            throw notJson(argument, e);
        }
        throw notJson(argument, null);
    }

    private static IllegalArgumentException notJson(String argument, @Nullable JsonProcessingException cause) {
        return new IllegalArgumentException(
                "--param is '" + argument + "': expected JSON after the sign =, such as [1, 2], 5, \"text\" or null.",
                cause);
    }
}
