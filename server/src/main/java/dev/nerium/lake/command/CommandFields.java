package dev.nerium.lake.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fields of a command's message. A field that is missing or of another type breaks the protocol. */
record CommandFields(JsonNode message) {
    /** Types of columns are nested, and each of their levels takes up to three of the message. */
    private static final int MOST_LEVELS = 150;

    /** Fails for a message that is nested deeper than any that a worker sends. */
    static void requireFlat(JsonNode message) {
        requireFlat(message, MOST_LEVELS);
    }

    private static void requireFlat(JsonNode node, int levels) {
        if (levels == 0) {
            throw broken("a command that is nested too deeply");
        }
        node.forEach(child -> requireFlat(child, levels - 1));
    }

    static NeriumException broken(String what) {
        return new NeriumException(
                ErrorCode.WORKER_PROTOCOL_ERROR,
                "The worker broke the protocol with the server.",
                "It sent " + what + ".");
    }

    boolean has(String field) {
        return message.hasNonNull(field);
    }

    String text(String field) {
        return text(field, message.path(field));
    }

    Optional<String> optionalText(String field) {
        return has(field) ? Optional.of(text(field)) : Optional.empty();
    }

    /** Half of a surrogate pair can't be stored. */
    private static String text(String field, JsonNode value) {
        if (!value.isTextual() || !StandardCharsets.UTF_8.newEncoder().canEncode(value.textValue())) {
            throw broken("a command whose '" + field + "' is not a text");
        }
        return value.textValue();
    }

    boolean flag(String field) {
        if (!message.path(field).isBoolean()) {
            throw broken("a command whose '" + field + "' is neither true nor false");
        }
        return message.path(field).booleanValue();
    }

    /** A whole number of at least 1; empty where there is none. */
    Optional<Long> positive(String field) {
        if (!has(field)) {
            return Optional.empty();
        }
        JsonNode value = message.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 1) {
            throw broken("a command whose '" + field + "' is not a number of at least 1");
        }
        return Optional.of(value.longValue());
    }

    List<String> texts(String field) {
        return list(field).stream().map(value -> text(field, value)).toList();
    }

    List<CommandFields> objects(String field) {
        return list(field).stream().map(value -> object(field, value)).toList();
    }

    CommandFields object(String field) {
        return object(field, message.path(field));
    }

    private static CommandFields object(String field, JsonNode value) {
        if (!value.isObject()) {
            throw broken("a command whose '" + field + "' is not an object");
        }
        return new CommandFields(value);
    }

    private List<JsonNode> list(String field) {
        if (!message.path(field).isArray()) {
            throw broken("a command whose '" + field + "' is not a list");
        }
        List<JsonNode> values = new ArrayList<>();
        message.path(field).forEach(values::add);
        return values;
    }

    Map<String, String> map(String field) {
        Map<String, String> values = new LinkedHashMap<>();
        object(field)
                .message()
                .properties()
                .forEach(entry -> values.put(entry.getKey(), text(field, entry.getValue())));
        return values;
    }
}
