package dev.nerium.cli.workload;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.client.WorkloadBody;
import dev.nerium.cli.statement.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The options that all statements of a command have.
 *
 * @param params values by name; each statement gets those that it names
 */
public record StatementOptions(
        Map<String, JsonNode> params,
        Optional<String> catalog,
        Optional<Integer> vcpus,
        Optional<Integer> timeoutSeconds,
        boolean cached) {

    /** The options of a command that has none but the catalog. */
    public static StatementOptions of(Optional<String> catalog) {
        return new StatementOptions(Map.of(), catalog, Optional.empty(), Optional.empty(), true);
    }

    WorkloadBody body(Statement statement) {
        Map<String, JsonNode> named = new LinkedHashMap<>(params);
        named.keySet().retainAll(statement.parameters());
        WorkloadBody body = WorkloadBody.statement(statement.text())
                .params(named)
                .with("catalog", catalog)
                .with("vcpus", vcpus)
                .with("timeoutSeconds", timeoutSeconds);
        return cached ? body : body.withoutCache();
    }
}
