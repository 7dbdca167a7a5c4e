package dev.nerium.config.tree;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nerium.error.CommandName;
import dev.nerium.error.NearestName;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Environment variables that set settings: {@code NERIUM_HTTP_PORT} sets {@code http.port}. An empty variable sets nothing.
 * A list has commas between its values. A map, and a list that begins with a bracket, are YAML.
 */
public final class SettingVariables {
    private static final String PREFIX = "NERIUM_";
    private static final String CATALOG = "NERIUM_CATALOGS_";
    private static final String PORT = "NERIUM_PORT";

    /** These look like settings and are none. */
    private static final Set<String> OTHERS = Set.of("NERIUM_LINEAGE_PYTHON");

    private static final ObjectMapper YAML = new YAMLMapper();

    private final SettingsTree tree;
    private final Map<String, String> keys;
    private final SortedMap<String, String> given;

    private SettingVariables(SettingsTree tree, Map<String, String> environment) {
        this.tree = tree;
        this.keys = keys();
        this.given = new TreeMap<>(environment);
        given.values().removeIf(String::isEmpty);
        given.keySet().removeIf(name -> !name.startsWith(PREFIX));
    }

    public static void addTo(SettingsTree tree, Map<String, String> environment) {
        new SettingVariables(tree, environment).add();
    }

    /** The variable of a key. */
    static String of(String key) {
        return PREFIX + upper(key);
    }

    /** The variables of all settings but those of catalogs, with their keys. */
    public static Map<String, String> keys() {
        Map<String, String> keys = new TreeMap<>();
        SettingsTree.eachLeaf(new SettingsTree().root(), "", (key, value) -> keys.put(of(key), key));
        return keys;
    }

    private void add() {
        requireOnePort();
        // Catalogs of NERIUM_CATALOGS come before the variables of their keys.
        given.forEach((name, value) -> {
            if (name.equals(PORT)) {
                set(List.of("http", "port"), name, value);
            } else if (keys.containsKey(name)) {
                set(List.of(keys.getOrDefault(name, "").split("\\.", -1)), name, value);
            } else if (name.startsWith(CATALOG)) {
                set(catalogKey(name), name, value);
            } else {
                requireNoSetting(name);
            }
        });
    }

    private void requireOnePort() {
        String port = given.getOrDefault(PORT, "");
        String other = given.getOrDefault(of("http.port"), "");
        if (!port.isEmpty() && !other.isEmpty() && !port.equals(other)) {
            throw new SettingException(
                    "NERIUM_PORT is '%s' and NERIUM_HTTP_PORT is '%s': both set http.port, so set one of them"
                            .formatted(port, other));
        }
    }

    private void set(List<String> path, String name, String value) {
        tree.set(path, value(node(path), name, value), SettingOrigin.variable(name));
    }

    private JsonNode node(List<String> path) {
        boolean isCatalog = path.size() == 3 && path.getFirst().equals("catalogs");
        JsonNode node = isCatalog ? SettingsTree.catalog().path(path.getLast()) : tree.root();
        for (String name : isCatalog ? List.<String>of() : path) {
            node = node.path(name);
        }
        return node;
    }

    private static JsonNode value(JsonNode known, String name, String value) {
        if (known.isObject() || (known.isArray() && value.startsWith("["))) {
            return yaml(known, name, value);
        }
        if (known.isArray()) {
            ArrayNode list = YAML.createArrayNode();
            Stream.of(value.split(",", -1)).map(String::strip).forEach(list::add);
            return list;
        }
        return TextNode.valueOf(value);
    }

    private static JsonNode yaml(JsonNode known, String name, String value) {
        try {
            JsonNode parsed = YAML.readTree(value);
            if (parsed.getNodeType() == known.getNodeType()) {
                return parsed;
            }
        } catch (JsonProcessingException e) {
            // Reported below: the parser's text quotes the value, and perhaps a secret.
        }
        throw new SettingException(name + " can't be read: write it like "
                + (known.isArray() ? "a,b, or [\"a\", \"b\"]" : "{name: value, other: value}"));
    }

    /** The key for {@code NERIUM_CATALOGS_<NAME>_<KEY>}; a catalog that is not in the file has its name in lower case. */
    private List<String> catalogKey(String variable) {
        String rest = variable.substring(CATALOG.length());
        List<String> names = SettingsTree.catalog().properties().stream()
                .map(Map.Entry::getKey)
                .toList();
        String key = names.stream()
                .filter(name -> rest.endsWith("_" + upper(name)) && rest.length() > name.length() + 1)
                .max(Comparator.comparingInt(String::length))
                .orElseThrow(() -> new SettingException(
                        variable + " is not a setting: expected NERIUM_CATALOGS_<NAME>_<KEY> with one of the keys "
                                + names.stream().map(SettingVariables::upper).collect(Collectors.joining(", "))));
        String name = rest.substring(0, rest.length() - key.length() - 1);
        return List.of("catalogs", catalog(variable, name), key);
    }

    private String catalog(String variable, String name) {
        List<String> known = tree.root().path("catalogs").properties().stream()
                .map(Map.Entry::getKey)
                .filter(catalog -> upper(catalog).equals(name))
                .toList();
        if (known.size() > 1) {
            throw new SettingException(variable + " could mean each of the catalogs " + String.join(", ", known)
                    + ": set it in nerium.yaml");
        }
        return known.isEmpty() ? name.toLowerCase(Locale.ROOT) : known.getFirst();
    }

    /** Other variables of this prefix belong to the launcher, the command line, or the machine. */
    private void requireNoSetting(String name) {
        boolean isInSection =
                tree.root().properties().stream().anyMatch(section -> name.startsWith(of(section.getKey()) + "_"));
        if (isInSection && !OTHERS.contains(name)) {
            throw new SettingException("the environment: " + name + " is not a setting." + hint(name));
        }
    }

    private String hint(String name) {
        return Optional.of(NearestName.hint(name, keys.keySet()))
                .filter(hint -> !hint.isEmpty())
                .orElse(" '" + CommandName.with("config") + "' lists the settings.");
    }

    private static String upper(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
