package dev.nerium.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** The numbers that the OpenAPI file sets for requests. */
final class OpenApi {
    /**
     * A number in a schema.
     *
     * @param place what it is said of: method, path and field, or a component's name and field
     * @param keyword such as {@code maximum}
     */
    record Limit(String place, String keyword, BigInteger value) {}

    private static final List<String> KEYWORDS = List.of(
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
            "default");

    /** Parts of a path into the file that name no field. */
    private static final Set<String> STRUCTURE = Set.of(
            "parameters",
            "requestBody",
            "content",
            "application/json",
            "schema",
            "properties",
            "oneOf",
            "allOf",
            "anyOf",
            "if",
            "then",
            "else");

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    private final JsonNode root;
    private final List<Limit> limits = new ArrayList<>();
    private final Set<String> followed = new HashSet<>();

    private OpenApi(JsonNode root) {
        this.root = root;
    }

    static OpenApi read() {
        try {
            return new OpenApi(new YAMLMapper().readTree(Repository.read("spec/openapi.yaml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A part of the file, by a path such as {@code /components/schemas/RunId}. */
    JsonNode at(String path) {
        return root.at(path);
    }

    /** Every number that a schema of a request has, in the order of the file. */
    List<Limit> requestLimits() {
        root.path("paths").properties().forEach(path -> {
            walk(path.getValue().path("parameters"), path.getKey());
            path.getValue().properties().stream()
                    .filter(operation -> METHODS.contains(operation.getKey()))
                    .forEach(operation -> operation(
                            operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(), operation.getValue()));
        });
        return List.copyOf(limits);
    }

    private void operation(String place, JsonNode operation) {
        walk(operation.path("parameters"), place);
        walk(operation.path("requestBody"), place);
    }

    private void walk(JsonNode node, String place) {
        if (node.has("$ref")) {
            follow(node.path("$ref").asText());
            return;
        }
        KEYWORDS.stream()
                .filter(keyword -> node.path(keyword).isIntegralNumber())
                .map(keyword -> new Limit(place, keyword, node.path(keyword).bigIntegerValue()))
                .forEach(limits::add);
        node.properties().stream()
                .filter(child -> !child.getKey().startsWith("example"))
                .forEach(child -> walk(
                        child.getValue(), STRUCTURE.contains(child.getKey()) ? place : place + " " + child.getKey()));
        if (node.isArray()) {
            node.forEach(element -> walk(element, place + named(element)));
        }
    }

    /** A component is its own place, and is walked once. */
    private void follow(String reference) {
        if (followed.add(reference)) {
            walk(root.at(reference.substring(1)), reference.substring(reference.lastIndexOf('/') + 1));
        }
    }

    /** Parameters stand in a list, each with its name. */
    private static String named(JsonNode element) {
        return Stream.of(element.path("name").asText())
                .filter(name -> !name.isEmpty())
                .map(name -> " " + name)
                .findAny()
                .orElse("");
    }
}
