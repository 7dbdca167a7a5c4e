package dev.nerium.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nerium.config.tree.Secrets;
import dev.nerium.config.tree.Setting;
import dev.nerium.config.tree.SettingException;
import dev.nerium.config.tree.SettingOrigin;
import dev.nerium.config.tree.SettingVariables;
import dev.nerium.config.tree.SettingsTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the settings of a home: defaults, {@code nerium.yaml}, environment, command line; what comes later wins. */
public final class ConfigReader {
    private static final ObjectMapper YAML = new YAMLMapper();

    private final Path home;
    private final Map<String, String> environment;
    private final SettingsTree tree = new SettingsTree();

    private ConfigReader(Path home, Map<String, String> environment) {
        this.home = home.toAbsolutePath().normalize();
        this.environment = environment;
    }

    static NeriumConfig load(Path home, Map<String, String> overrides, Map<String, String> environment) {
        ConfigReader reader = new ConfigReader(home, environment);
        reader.addLayers(overrides);
        return reader.bind().config();
    }

    /** The effective settings with their origins. Fails where a server could not start with them. */
    public static List<Setting> settings(Path home, Map<String, String> overrides, Map<String, String> environment) {
        ConfigReader reader = new ConfigReader(home, environment);
        reader.addLayers(overrides);
        Bound bound = reader.bind();
        return Stream.concat(reader.tree.settings().stream(), bound.secrets().stream())
                .toList();
    }

    /** The settings of one file over the defaults; secrets that are not in files come from the environment. */
    static void requireUsable(Path home, String source, JsonNode settings, Map<String, String> environment) {
        ConfigReader reader = new ConfigReader(home, environment);
        try {
            reader.tree.add(settings, SettingOrigin.file(source));
        } catch (SettingException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
        reader.bind();
    }

    static JsonNode parse(Path file) {
        try {
            return YAML.readTree(file.toFile());
        } catch (IOException e) {
            throw new ConfigException(file + " can't be read: " + e.getMessage());
        }
    }

    private record Bound(NeriumConfig config, List<Setting> secrets) {}

    private void addLayers(Map<String, String> overrides) {
        Path file = home.resolve("nerium.yaml");
        try {
            if (Files.exists(file)) {
                tree.add(parse(file), SettingOrigin.file(file.toString()));
            }
            SettingVariables.addTo(tree, environment);
            overrides.forEach((key, value) ->
                    tree.set(List.of(key.split("\\.", -1)), TextNode.valueOf(value), SettingOrigin.commandLine()));
        } catch (SettingException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    private Bound bind() {
        ObjectNode root = tree.root().deepCopy();
        Secrets secrets = new Secrets(home, environment);
        try {
            secrets.readInto(root);
            root.put("home", home.toString());
            root.put("runtime", environment.getOrDefault("NERIUM_RUNTIME", ""));
            root.putObject("submitters")
                    .put("spark", environment.getOrDefault("NERIUM_SUBMITTER", ""))
                    .put("polars", environment.getOrDefault("NERIUM_POLARS_SUBMITTER", ""));
            return new Bound(new ConfigBinder().bind(root), secrets.ofVariables());
        } catch (ConfigException | SettingException e) {
            throw new ConfigException(e.getMessage() + variable(String.valueOf(e.getMessage())));
        }
    }

    /** The variable that sets the key of a message, which nobody would find in the file. */
    private String variable(String message) {
        List<Setting> named = new ArrayList<>(tree.settings());
        named.removeIf(setting -> setting.origin().kind() != SettingOrigin.Kind.ENVIRONMENT
                || !message.matches("(?s)(.*[^\\w.-])?" + Pattern.quote(setting.key()) + "([^\\w.-].*)?"));
        return Optional.of(named)
                .filter(settings -> !settings.isEmpty())
                .map(settings -> " (set by " + settings.getFirst().origin().source() + ")")
                .orElse("");
    }
}
