package dev.nerium.docs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A route of the API, as the OpenAPI file has it or a page names it.
 *
 * @param method in upper case; empty where a page names only the path
 * @param parameters names of parameters in the query
 */
record Route(String method, String path, Set<String> parameters) {
    private static final Pattern SPAN =
            Pattern.compile("(?:(GET|POST|PUT|DELETE) )?(/(?:api|health|ready|metrics|openapi)[^?\\s]*)(?:\\?(\\S*))?");

    /** The route that a span of code names. */
    static Optional<Route> in(String span) {
        Matcher parts = SPAN.matcher(span);
        return parts.matches()
                ? Optional.of(new Route(
                        Optional.ofNullable(parts.group(1)).orElse(""),
                        parts.group(2),
                        names(Optional.ofNullable(parts.group(3)).orElse(""))))
                : Optional.empty();
    }

    /** The routes of the OpenAPI file. */
    static List<Route> all(OpenApi file) {
        return file.at("/paths").properties().stream().flatMap(Route::ofPath).toList();
    }

    /** Whether a page means this route of the file. */
    boolean isMeantBy(Route named) {
        return (named.method.isEmpty() || named.method.equals(method))
                && named.path.matches(path.replaceAll("\\{\\w+}", "[^/]+").replace(".", "\\."))
                && parameters.containsAll(named.parameters);
    }

    private static Stream<Route> ofPath(Map.Entry<String, JsonNode> path) {
        return path.getValue().properties().stream()
                .filter(operation -> operation.getValue().has("operationId"))
                .map(operation -> new Route(
                        operation.getKey().toUpperCase(Locale.ROOT),
                        path.getKey(),
                        names(operation.getValue().path("parameters"))));
    }

    private static Set<String> names(JsonNode parameters) {
        return StreamSupport.stream(parameters.spliterator(), false)
                .map(parameter -> parameter.path("name").asText())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> names(String query) {
        return Stream.of(query.split("&", -1))
                .map(pair -> pair.split("=", 2)[0])
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
