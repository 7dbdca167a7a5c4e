package dev.nerium.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What the server's own reader of the configuration says of a key, and of a piece of {@code nerium.yaml}. */
final class Settings {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonNode DEFAULTS = defaults();

    private final Path home;

    Settings(Path home) {
        this.home = home;
    }

    /** The first parts of all keys. */
    static List<String> sections() {
        List<String> names = new ArrayList<>();
        DEFAULTS.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** The default of a key, as {@code nerium.yaml} of the resources has it; empty where the key is none. */
    static String defaultOf(String key) {
        return DEFAULTS.at("/" + key.replace('.', '/')).asText();
    }

    /** Whether a key, or a section, can be set. Its value does not matter. */
    boolean knows(String key) {
        return refusal(Map.of(key, "anything"))
                .filter(message -> message.contains("unknown key"))
                .isEmpty();
    }

    /** Why the server would not start with this {@code nerium.yaml}; empty where it would. */
    Optional<String> refusal(String yaml) {
        try {
            JsonNode tree = YAML.readTree(yaml);
            Path secret = Files.writeString(home.resolve("secret"), "name: value");
            replaceFiles(tree, secret);
            YAML.writeValue(home.resolve("nerium.yaml").toFile(), tree);
            return refusal(Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<String> refusal(Map<String, String> overrides) {
        try {
            NeriumConfig.load(home, overrides, Map.of());
            return Optional.empty();
        } catch (ConfigException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The reader opens files with secrets, and those of an example are not on this machine. */
    private static void replaceFiles(JsonNode node, Path file) {
        if (node instanceof ObjectNode section) {
            Stream<String> names = section.properties().stream().map(Map.Entry::getKey);
            names.filter(name -> name.endsWith("-file")).toList().forEach(name -> section.put(name, file.toString()));
        }
        node.forEach(child -> replaceFiles(child, file));
    }

    private static JsonNode defaults() {
        try (InputStream in = Objects.requireNonNull(Settings.class.getResourceAsStream("/nerium.yaml"))) {
            return YAML.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
