package dev.nerium.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
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
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes records of a tree; a value that does not fit is refused with its key and what is expected. */
final class ConfigBinder {
    private final ObjectMapper yaml = mapper();

    NeriumConfig bind(ObjectNode tree) {
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
