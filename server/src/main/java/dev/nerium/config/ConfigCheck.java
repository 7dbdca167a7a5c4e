package dev.nerium.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.config.tree.SettingsTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds everything in a file because of which a server would not start. */
public final class ConfigCheck {
    private final Path file;
    private final Map<String, String> environment;

    private ConfigCheck(Path file, Map<String, String> environment) {
        this.file = file.toAbsolutePath().normalize();
        this.environment = environment;
    }

    /**
     * The result.
     *
     * @param settings number of settings in the file
     * @param problems each with the key, its value and what is expected
     */
    public record Report(int settings, List<String> problems) {}

    /** Names of files in it are relative to its folder, as to the home of a server. */
    public static Report of(Path file, Map<String, String> environment) {
        return new ConfigCheck(file, environment).report();
    }

    private Report report() {
        if (!Files.isRegularFile(file)) {
            return new Report(0, List.of(file + " is not a file: expected a file like nerium.yaml."));
        }
        try {
            JsonNode given = ConfigReader.parse(file);
            List<String> leaves = new ArrayList<>();
            SettingsTree.eachLeaf(given, "", (key, value) -> leaves.add(key));
            return new Report(leaves.size(), problems(given));
        } catch (ConfigException e) {
            return new Report(0, List.of(String.valueOf(e.getMessage())));
        }
    }

    /** The reader reports one problem: each is removed, so that the reader finds the next. */
    private List<String> problems(JsonNode given) {
        List<String> problems = new ArrayList<>();
        for (Optional<String> next = problem(given); next.isPresent(); next = problem(given)) {
            problems.add(next.get());
            if (!removeCause(given, given, next.get())) {
                break;
            }
        }
        return problems;
    }

    /** Removes the first value, or else the first section, without which the problem is another one or none. */
    private boolean removeCause(JsonNode given, JsonNode section, String problem) {
        for (Map.Entry<String, JsonNode> entry : List.copyOf(section.properties())) {
            if (removeCause(given, entry.getValue(), problem)) {
                return true;
            }
            ObjectNode parent = (ObjectNode) section;
            JsonNode value = parent.remove(entry.getKey());
            if (!problem(given).equals(Optional.of(problem))) {
                return true;
            }
            parent.set(entry.getKey(), value);
        }
        return false;
    }

    private Optional<String> problem(JsonNode given) {
        try {
            ConfigReader.requireUsable(file.resolveSibling(""), file.toString(), given, environment);
            return Optional.empty();
        } catch (ConfigException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
