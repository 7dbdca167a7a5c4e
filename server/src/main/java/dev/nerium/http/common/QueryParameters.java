package dev.nerium.http.common;

import dev.nerium.error.NeriumException;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Optional;

/** Parameters in the query of a request's path. */
public final class QueryParameters {
    private QueryParameters() {}

    public static Optional<String> first(ServerRequest request, String name) {
        return request.query().first(name).asOptional();
    }

    /** {@code true} or {@code false}, which is also the value of one that is missing. */
    public static boolean flag(ServerRequest request, String name) {
        return switch (first(request, name).orElse("false")) {
            case "true" -> true;
            case "false" -> false;
            case String text ->
                throw NeriumException.invalid(
                        name + " is '" + RequestFields.shortened(text) + "': expected true or false.");
        };
    }

    /** Fails if a parameter is not known, where one that is mistyped must not be ignored. */
    public static void requireKnown(ServerRequest request, List<String> known) {
        for (String name : request.query().names()) {
            if (!known.contains(name)) {
                throw NeriumException.invalid("There is no parameter '%s'. The parameters are: %s."
                        .formatted(RequestFields.shortened(name), String.join(", ", known)));
            }
        }
    }

    /** The size of a page, {@code limit}. */
    public static int limit(ServerRequest request, int usual, int largest) {
        String text = first(request, "limit").orElse(String.valueOf(usual));
        if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > largest) {
            throw NeriumException.invalid(
                    "limit is '%s': expected a number from 1 to %d.".formatted(RequestFields.shortened(text), largest));
        }
        return Integer.parseInt(text);
    }
}
