package dev.nerium.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The published JSON schemas of OpenLineage, which every event, and every facet by its own, has to hold to. */
final class OpenLineageSchemas {
    private static final Path FOLDER = Path.of("server/src/test/resources/openlineage");

    private final JsonSchemaFactory factory;

    OpenLineageSchemas() {
        Map<String, String> texts = new HashMap<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".json")).toList()) {
                String text = Files.readString(file);
                texts.put(new ObjectMapper().readTree(text).path("$id").asText(), text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.factory = JsonSchemaFactory.getInstance(
                VersionFlag.V202012, builder -> builder.schemaLoaders(loaders -> loaders.schemas(texts)));
    }

    /** What breaks a rule. */
    List<String> violations(JsonNode event) {
        List<String> violations =
                new ArrayList<>(validate(event.path("schemaURL").asText(), event));
        facets(event, violations);
        return violations;
    }

    private void facets(JsonNode node, List<String> violations) {
        if (node.has("_schemaURL")) {
            violations.addAll(validate(node.path("_schemaURL").asText(), node));
        }
        node.forEach(child -> facets(child, violations));
    }

    private List<String> validate(String url, JsonNode node) {
        return factory.getSchema(com.networknt.schema.SchemaLocation.of(url)).validate(node).stream()
                .map(message -> url + ": " + message.getMessage())
                .toList();
    }
}
