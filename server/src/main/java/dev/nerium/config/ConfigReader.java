package dev.nerium.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nerium.error.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Merges the layers of the configuration and refuses a key that no default knows. */
final class ConfigReader {
    /** Every name is a catalog, with the keys and defaults of {@code catalog.yaml}. */
    private static final String CATALOGS = "catalogs.";

    /** Sections in which every name may have a value. */
    private static final Pattern FREE = Pattern.compile("catalogs\\..+\\.properties\\.|oidc\\.scope-of-groups\\.");

    private final Path home;
    private final Map<String, String> environment;
    private final ObjectMapper yaml = mapper();

    ConfigReader(Path home, Map<String, String> environment) {
        this.home = home.toAbsolutePath().normalize();
        this.environment = environment;
    }

    NeriumConfig read(Map<String, String> overrides) {
        ObjectNode tree = defaults();
        Path file = home.resolve("nerium.yaml");
        if (Files.exists(file)) {
            merge(tree, parse(file), "", file.toString());
        }
        String port = environment.get("NERIUM_PORT");
        if (port != null) {
            set(tree, "http.port", port);
        }
        overrides.forEach((key, value) -> set(tree, key, value));
        tree.path("catalogs")
                .properties()
                .forEach(catalog -> readSecrets(catalog.getKey(), (ObjectNode) catalog.getValue()));
        ObjectNode engines = (ObjectNode) tree.path("distributed");
        readEngineSecret(engines, "spark-connect", "token", "NERIUM_SPARK_CONNECT_TOKEN");
        readEngineSecret(engines, "polars-on-prem", "headers", "NERIUM_POLARS_ON_PREM_HEADERS");
        readEngineSecret(engines, "polars-on-prem", "certificates", "NERIUM_POLARS_ON_PREM_CERTIFICATES");
        readEngineSecret(engines, "polars-cloud", "secret", "NERIUM_POLARS_CLOUD_SECRET");
        readEngineSecret(engines, "polars-cloud", "token", "NERIUM_POLARS_CLOUD_TOKEN");
        tree.put("home", home.toString());
        tree.put("runtime", environment.getOrDefault("NERIUM_RUNTIME", ""));
        tree.putObject("submitters")
                .put("spark", environment.getOrDefault("NERIUM_SUBMITTER", ""))
                .put("polars", environment.getOrDefault("NERIUM_POLARS_SUBMITTER", ""));
        return bind(tree);
    }

    /** From a file, or from the environment: the configuration itself holds none. */
    private void readSecrets(String name, ObjectNode catalog) {
        for (String secret : List.of("password", "token", "credential", "storage")) {
            String variable = "NERIUM_CATALOG_" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + "_"
                    + secret.toUpperCase(Locale.ROOT);
            readSecret(catalog, secret, "catalogs." + name + ".", variable);
        }
    }

    private void readEngineSecret(ObjectNode engines, String engine, String secret, String variable) {
        readSecret((ObjectNode) engines.path(engine), secret, "distributed." + engine + ".", variable);
    }

    private void readSecret(ObjectNode section, String secret, String prefix, String variable) {
        String file = section.remove(secret + "-file").asText();
        try {
            section.put(
                    secret,
                    file.isEmpty()
                            ? environment.getOrDefault(variable, "")
                            : Files.readString(home.resolve(file)).strip());
        } catch (IOException e) {
            throw new ConfigException("%s%s-file is '%s', which can't be read: %s".formatted(prefix, secret, file, e));
        }
    }

    private ObjectNode defaults() {
        return resource("/nerium.yaml");
    }

    private ObjectNode resource(String name) {
        try (InputStream in = ConfigReader.class.getResourceAsStream(name)) {
            return (ObjectNode) yaml.readTree(Objects.requireNonNull(in, name));
        } catch (IOException e) {
            throw new IllegalStateException("the default configuration can't be read", e);
        }
    }

    private JsonNode parse(Path file) {
        try {
            return yaml.readTree(file.toFile());
        } catch (IOException e) {
            throw new ConfigException(file + " can't be read: " + e.getMessage());
        }
    }

    private void merge(ObjectNode known, JsonNode given, String prefix, String source) {
        if (given.isMissingNode() || given.isNull()) {
            return;
        }
        requireSection(given, known, prefix, source);
        given.properties().forEach(entry -> {
            String key = prefix + entry.getKey();
            JsonNode old = known.get(entry.getKey());
            if (prefix.equals(CATALOGS) && old == null) {
                old = known.putObject(entry.getKey()).setAll(resource("/catalog.yaml"));
            } else if (FREE.matcher(prefix).matches()) {
                known.set(entry.getKey(), entry.getValue());
                return;
            }
            if (old == null) {
                throw new ConfigException(source + ": unknown key '" + key + "'."
                        + NearestName.hint(
                                key, prefix.startsWith(CATALOGS) ? keys(known, prefix) : keys(defaults(), "")));
            }
            if (old instanceof ObjectNode section) {
                merge(section, entry.getValue(), key + ".", source);
            } else {
                known.set(entry.getKey(), entry.getValue());
            }
        });
    }

    /** A value in the place of a section would change nothing. */
    private static void requireSection(JsonNode given, ObjectNode known, String prefix, String source) {
        if (!given.isObject()) {
            String section = prefix.isEmpty() ? "the file" : "'" + prefix.substring(0, prefix.length() - 1) + "'";
            List<String> names =
                    known.properties().stream().map(Map.Entry::getKey).toList();
            throw new ConfigException("%s: %s is %s: expected keys with values%s."
                    .formatted(source, section, given, names.isEmpty() ? "" : ": " + String.join(", ", names)));
        }
    }

    private void set(ObjectNode tree, String key, String value) {
        ObjectNode layer = yaml.createObjectNode();
        ObjectNode inner = layer;
        String[] parts = key.split("\\.", -1);
        for (int i = 0; i < parts.length - 1; i++) {
            inner = inner.putObject(parts[i]);
        }
        inner.put(parts[parts.length - 1], value);
        merge(tree, layer, "", "the command line");
    }

    private NeriumConfig bind(ObjectNode tree) {
        try {
            return yaml.treeToValue(tree, NeriumConfig.class);
        } catch (JsonMappingException e) {
            if (e.getCause() instanceof ConfigException own) {
                throw own;
            }
            String key = e.getPath().stream()
                    .map(JsonMappingException.Reference::getFieldName)
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining("."));
            throw new ConfigException(key + ": " + problem(e));
        } catch (IOException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    /** Jackson's own texts name classes. */
    private String problem(JsonMappingException e) {
        if (e.getCause() instanceof IllegalArgumentException own) {
            return String.valueOf(own.getMessage());
        }
        if (e instanceof InvalidFormatException wrong) {
            return "'%s' is not %s".formatted(wrong.getValue(), expected(wrong.getTargetType()));
        }
        return e instanceof MismatchedInputException wrong && wrong.getTargetType() != null
                ? "expected " + expected(wrong.getTargetType())
                : e.getOriginalMessage();
    }

    private String expected(Class<?> type) {
        if (type.isEnum()) {
            return "one of "
                    + Stream.of(type.getEnumConstants())
                            .map(value -> yaml.convertValue(value, String.class).toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "));
        }
        if (type == boolean.class) {
            return "true or false";
        }
        if (type == int.class || type == long.class) {
            return "a whole number";
        }
        return type == double.class ? "a number" : "one value";
    }

    private static List<String> keys(JsonNode node, String prefix) {
        List<String> keys = new ArrayList<>();
        node.properties().forEach(entry -> {
            keys.add(prefix + entry.getKey());
            keys.addAll(keys(entry.getValue(), prefix + entry.getKey() + "."));
        });
        return keys;
    }

    private static ObjectMapper mapper() {
        return YAMLMapper.builder(new YAMLFactory())
                .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
                .addModule(new SimpleModule().addDeserializer(Duration.class, new DurationReader()))
                .build();
    }

    private static final class DurationReader extends StdDeserializer<Duration> {
        DurationReader() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getText();
            return DurationFormat.parse(text)
                    .orElseThrow(() -> JsonMappingException.from(
                            parser, "'" + text + "' is not a duration: write it like " + DurationFormat.EXAMPLES));
        }
    }
}
