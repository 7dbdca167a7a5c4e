package dev.nerium.lake.rest;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.IOException;
import org.apache.iceberg.rest.RESTMessage;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.apache.iceberg.rest.responses.ErrorResponseParser;

/** Iceberg's messages as Iceberg writes them. */
final class RestJson {
    private static final ObjectMapper MAPPER = mapper();

    private RestJson() {}

    static <T extends RESTMessage> T read(String body, Class<T> type) {
        try {
            T request = MAPPER.readValue(body, type);
            request.validate();
            return request;
        } catch (IOException | RuntimeException e) {
            String why = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
            throw new NeriumException(
                    ErrorCode.INVALID_REQUEST,
                    "The body is not a readable %s: %s".formatted(type.getSimpleName(), why),
                    "",
                    e);
        }
    }

    static String write(RESTMessage response) {
        try {
            return MAPPER.writeValueAsString(response);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static String error(int status, String type, String message) {
        return ErrorResponseParser.toJson(ErrorResponse.builder()
                .responseCode(status)
                .withType(type)
                .withMessage(message)
                .build());
    }

    private static ObjectMapper mapper() {
        ObjectMapper mapper = new ObjectMapper()
                .setVisibility(PropertyAccessor.FIELD, Visibility.ANY)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);
        RESTSerializers.registerAll(mapper);
        return mapper;
    }
}
