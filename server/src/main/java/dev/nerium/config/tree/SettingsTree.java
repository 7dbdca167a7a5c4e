package dev.nerium.config.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nerium.error.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** The defaults with the layers that change them, which are added in the order of their precedence. */
public final class SettingsTree {
    /** Every name is a catalog, with the keys and defaults of {@code catalog.yaml}. */
    private static final String CATALOGS = "catalogs.";

    /** Sections in which every name may have a value. */
    private static final Pattern FREE = Pattern.compile("catalogs\\..+\\.properties\\.|oidc\\.scope-of-groups\\.");

    private static final ObjectMapper YAML = new YAMLMapper();

    private static final ObjectNode DEFAULTS = resource("/nerium.yaml");
    private static final ObjectNode CATALOG_DEFAULTS = resource("/catalog.yaml");

    private final ObjectNode root = DEFAULTS.deepCopy();
    private final Map<String, SettingOrigin> origins = new HashMap<>();

    /** The defaults of a catalog. */
    public static ObjectNode catalog() {
        return CATALOG_DEFAULTS.deepCopy();
    }

    public ObjectNode root() {
        return root;
    }

    /** Adds settings; refuses a key that no default knows. */
    public void add(JsonNode layer, SettingOrigin origin) {
        merge(root, layer, "", origin);
    }

    /** Sets one key. */
    public void set(List<String> path, JsonNode value, SettingOrigin origin) {
        ObjectNode layer = YAML.createObjectNode();
        ObjectNode inner = layer;
        for (String name : path.subList(0, path.size() - 1)) {
            inner = inner.putObject(name);
        }
        inner.set(path.getLast(), value);
        add(layer, origin);
    }

    SettingOrigin origin(String key) {
        return origins.getOrDefault(key, SettingOrigin.DEFAULT);
    }

    /** All settings, without secrets. */
    public List<Setting> settings() {
        List<Setting> settings = new ArrayList<>();
        eachLeaf(root, "", (key, value) -> settings.add(Setting.of(key, value, origin(key))));
        return settings;
    }

    /** Calls back with each key that has no keys below it, and its value. */
    public static void eachLeaf(JsonNode section, String prefix, BiConsumer<String, JsonNode> each) {
        section.properties().forEach(entry -> {
            String key = prefix + entry.getKey();
            if (entry.getValue().isObject() && !entry.getValue().isEmpty()) {
                eachLeaf(entry.getValue(), key + ".", each);
            } else {
                each.accept(key, entry.getValue());
            }
        });
    }

    private void merge(ObjectNode known, JsonNode given, String prefix, SettingOrigin origin) {
        if (given.isMissingNode() || given.isNull()) {
            return;
        }
        requireSection(given, known, prefix, origin);
        given.properties().forEach(entry -> {
            String key = prefix + entry.getKey();
            JsonNode old = known.get(entry.getKey());
            if (prefix.equals(CATALOGS) && old == null) {
                old = known.putObject(entry.getKey()).setAll(catalog());
            } else if (FREE.matcher(prefix).matches()) {
                put(known, entry, key, origin);
                return;
            }
            if (old == null) {
                throw unknown(key, known, prefix, origin);
            }
            if (old instanceof ObjectNode section) {
                merge(section, entry.getValue(), key + ".", origin);
            } else {
                put(known, entry, key, origin);
            }
        });
    }

    private void put(ObjectNode section, Map.Entry<String, JsonNode> entry, String key, SettingOrigin origin) {
        section.set(entry.getKey(), typed(section.path(entry.getKey()), entry.getValue()));
        origins.put(key, origin);
    }

    /** Variables and options are texts. One that is of another type than the default stays a text, and is refused later. */
    private static JsonNode typed(JsonNode known, JsonNode given) {
        boolean isNumber = known.isIntegralNumber() && given.asText().matches("-?\\d{1,18}");
        boolean isTruth = known.isBoolean() && given.asText().matches("true|false");
        return given.isTextual() && (isNumber || isTruth) ? scalar(given.textValue()) : given;
    }

    private static JsonNode scalar(String text) {
        return text.matches("true|false")
                ? BooleanNode.valueOf(Boolean.parseBoolean(text))
                : LongNode.valueOf(Long.parseLong(text));
    }

    private static SettingException unknown(String key, ObjectNode known, String prefix, SettingOrigin origin) {
        return new SettingException(origin.source() + ": unknown key '" + key + "'."
                + NearestName.hint(
                        key, prefix.startsWith(CATALOGS) ? keys(known, prefix) : keys(resource("/nerium.yaml"), "")));
    }

    /** A value in the place of a section would change nothing. */
    private static void requireSection(JsonNode given, ObjectNode known, String prefix, SettingOrigin origin) {
        if (!given.isObject()) {
            String section = prefix.isEmpty() ? "the file" : "'" + prefix.substring(0, prefix.length() - 1) + "'";
            List<String> names =
                    known.properties().stream().map(Map.Entry::getKey).toList();
            throw new SettingException("%s: %s is %s: expected keys with values%s."
                    .formatted(
                            origin.source(), section, given, names.isEmpty() ? "" : ": " + String.join(", ", names)));
        }
    }

    private static List<String> keys(JsonNode node, String prefix) {
        List<String> keys = new ArrayList<>();
        node.properties().forEach(entry -> {
            keys.add(prefix + entry.getKey());
            keys.addAll(keys(entry.getValue(), prefix + entry.getKey() + "."));
        });
        return keys;
    }

    private static ObjectNode resource(String name) {
        try (InputStream in = SettingsTree.class.getResourceAsStream(name)) {
            return (ObjectNode) YAML.readTree(Objects.requireNonNull(in, name));
        } catch (IOException e) {
            throw new IllegalStateException("the default configuration can't be read", e);
        }
    }
}
