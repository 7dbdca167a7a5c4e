package dev.nerium.lake.rest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The operation and names of a method and a path.
 *
 * @param variables of the path, decoded
 */
record RequestMatcher(CatalogOperation operation, Map<String, String> variables) {
    RequestMatcher {
        variables = Map.copyOf(variables);
    }

    static Optional<RequestMatcher> find(String method, String path) {
        return Arrays.stream(CatalogOperation.values())
                .filter(operation -> operation.method().equals(method))
                .flatMap(operation ->
                        variables(operation.path(), path)
                                .map(variables -> new RequestMatcher(operation, variables))
                                .stream())
                .findFirst();
    }

    private static Optional<Map<String, String>> variables(String template, String path) {
        String[] expected = template.split("/", -1);
        String[] given = path.split("/", -1);
        if (expected.length != given.length) {
            return Optional.empty();
        }
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < expected.length; i++) {
            if (expected[i].startsWith("{")) {
                variables.put(expected[i].substring(1, expected[i].length() - 1), decoded(given[i]));
            } else if (!expected[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }

    /** A plus stands for itself in a path. */
    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
