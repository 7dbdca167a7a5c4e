package dev.nerium.http.common;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.error.NearestName;
import dev.nerium.error.NeriumException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The fields of a request's object, each taken with its type checked. A null counts as absent. */
public final class RequestFields {
    private static final int SHOWN = 60;
    private static final int MAX_WARNINGS = 20;

    private final ObjectNode object;

    public RequestFields(ObjectNode object) {
        this.object = object;
    }

    public Optional<String> text(String field) {
        return value(field).map(node -> {
            if (!node.isTextual()) {
                throw wrong(field, node, "a string");
            }
            return node.textValue();
        });
    }

    /** A text that the request can't do without. */
    public String required(String field, String why) {
        String text = text(field).orElseThrow(() -> NeriumException.invalid(field + " is missing: " + why + "."));
        if (text.isBlank()) {
            throw NeriumException.invalid(field + " is empty: " + why + ".");
        }
        return text;
    }

    public boolean flag(String field) {
        return flag(field, false);
    }

    public boolean flag(String field, boolean missing) {
        return value(field)
                .map(node -> {
                    if (!node.isBoolean()) {
                        throw wrong(field, node, "true or false");
                    }
                    return node.booleanValue();
                })
                .orElse(missing);
    }

    public Optional<Integer> integer(String field, String expected) {
        return value(field).map(node -> {
            if (!node.isIntegralNumber() || !node.canConvertToInt()) {
                throw wrong(field, node, expected);
            }
            return node.intValue();
        });
    }

    /** One of an enum's constants, written in lower case. */
    public <E extends Enum<E>> Optional<E> choice(String field, Class<E> type) {
        List<String> names = java.util.Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
        String expected = alternatives(names);
        return value(field).map(node -> {
            if (!node.isTextual()) {
                throw wrong(field, node, expected);
            }
            String text = node.textValue();
            int index = names.indexOf(text);
            if (index < 0) {
                throw NeriumException.invalid(
                        "%s is '%s': choose %s.%s".formatted(field, text, expected, NearestName.hint(text, names)));
            }
            return type.getEnumConstants()[index];
        });
    }

    private static String alternatives(List<String> names) {
        String first = String.join(", ", names.subList(0, names.size() - 1));
        return first.isEmpty() ? names.getLast() : first + " or " + names.getLast();
    }

    public Optional<JsonNode> value(String field) {
        return object.hasNonNull(field) ? Optional.of(object.get(field)) : Optional.empty();
    }

    /**
     * A warning for each field that is not known. A field whose name is close to a known one is refused: if it were ignored, a
     * mistyped {@code saveMode} would replace a table.
     *
     * @param prefix of the names in messages, such as {@code tables[0].}
     */
    public List<String> warnings(String prefix, Collection<String> known) {
        List<String> unknown =
                names().stream().filter(name -> !known.contains(name)).toList();
        for (String name : unknown) {
            NearestName.of(name, known).ifPresent(nearest -> {
                throw NeriumException.invalid("The field '%s%s' is not known. Did you mean '%s'?"
                        .formatted(prefix, shortened(name), nearest));
            });
        }
        return unknown.stream()
                .limit(MAX_WARNINGS)
                .map(name -> "The field '" + prefix + shortened(name) + "' is not known and was ignored.")
                .toList();
    }

    /** Fails if a field is not known, where one that is mistyped must not be ignored. */
    public void requireKnown(List<String> known) {
        for (String name : names()) {
            if (!known.contains(name)) {
                throw NeriumException.invalid("The field '%s' is not known: choose %s.%s"
                        .formatted(shortened(name), String.join(", ", known), NearestName.hint(name, known)));
            }
        }
    }

    public List<String> names() {
        return object.properties().stream().map(java.util.Map.Entry::getKey).toList();
    }

    public static String shortened(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }

    public static NeriumException wrong(String field, JsonNode seen, String expected) {
        return NeriumException.invalid("%s is %s: expected %s.".formatted(field, shortened(seen.toString()), expected));
    }
}
