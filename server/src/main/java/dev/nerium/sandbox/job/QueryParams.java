package dev.nerium.sandbox.job;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The values for the parameters of a statement. The worker, which parses the statement, checks them.
 *
 * @param json an object by name, or a list, as the client sent it
 * @param types by name, or by number in a list; for the run's record, which has no values
 */
public record QueryParams(String json, Map<String, String> types) {
    public static final QueryParams NONE = new QueryParams("{}", Map.of());

    public QueryParams {
        types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
    }

    public boolean isEmpty() {
        return types.isEmpty();
    }
}
