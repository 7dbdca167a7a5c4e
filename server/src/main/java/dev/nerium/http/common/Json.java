package dev.nerium.http.common;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** JSON of requests, read strictly, and of small replies. */
public final class Json {
    public static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            // A reply is flushed once, at its end.
            .disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** The parts of Jackson's messages that are for programmers, not for clients. */
    private static final Pattern ADVICE =
            Pattern.compile(", from `[^`]*`|: enable `[^`]*` to allow|\\[Source: .*; (line: \\d+, column: \\d+)]");

    private Json() {}

    /** The object that a request's body is. */
    public static ObjectNode object(byte[] body) {
        JsonNode node;
        try {
            node = MAPPER.readTree(body);
        } catch (MismatchedInputException e) {
            throw unreadable(e, "The body has data after the end of the object.");
        } catch (JsonProcessingException e) {
            throw unreadable(e, ADVICE.matcher(e.getOriginalMessage()).replaceAll("$1"));
        } catch (IOException e) {
            throw NeriumException.invalid("The body is not UTF-8 text.");
        }
        if (!(node instanceof ObjectNode object)) {
            throw NeriumException.invalid("The body must be a JSON object, such as {\"mode\": \"query\", ...}.");
        }
        if (!texts(object).allMatch(StandardCharsets.UTF_8.newEncoder()::canEncode)) {
            throw NeriumException.invalid(
                    "The body has one half of a surrogate pair without the other: send whole characters.");
        }
        return object;
    }

    private static NeriumException unreadable(JsonProcessingException e, String why) {
        JsonLocation at = e.getLocation();
        String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return new NeriumException(
                ErrorCode.INVALID_REQUEST, "The body is not JSON that can be read" + where + ".", why);
    }

    private static Stream<String> texts(JsonNode node) {
        return node.isTextual()
                ? Stream.of(node.textValue())
                : Stream.concat(
                        node.properties().stream().map(Map.Entry::getKey),
                        node.valueStream().flatMap(Json::texts));
    }

    public static void send(ServerResponse response, JsonNode body) {
        try {
            response.header(HeaderValues.CONTENT_TYPE_JSON).send(MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
