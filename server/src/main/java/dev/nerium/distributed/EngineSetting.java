package dev.nerium.distributed;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.config.ConfigException;
import dev.nerium.config.DistributedConfig;
import dev.nerium.config.NeriumConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How an engine is reached.
 *
 * @param python of the program that has its client
 * @param timeout for it to answer a question
 * @param message the first line that the program reads: in its arguments or its environment it would be for others to see
 */
record EngineSetting(Path python, Duration timeout, ObjectNode message) {
    static Optional<EngineSetting> of(NeriumConfig config) {
        DistributedConfig distributed = config.distributed();
        ObjectNode message = JsonNodeFactory.instance
                .objectNode()
                .put("backend", distributed.backend().text());
        return switch (distributed.backend()) {
            case NONE -> Optional.empty();
            case SPARK_CONNECT ->
                Optional.of(of(
                        config.submitters().spark(),
                        "--submitter",
                        distributed.sparkConnect().timeout(),
                        message.put("url", url(distributed.sparkConnect()))));
            case POLARS_ON_PREM ->
                Optional.of(of(
                        config.submitters().polars(),
                        "--polars-submitter",
                        distributed.polarsOnPrem().timeout(),
                        write(distributed.polarsOnPrem(), message)));
            case POLARS_CLOUD ->
                Optional.of(of(
                        config.submitters().polars(),
                        "--polars-submitter",
                        distributed.polarsCloud().timeout(),
                        write(distributed.polarsCloud(), message)));
        };
    }

    private static EngineSetting of(Path python, String setup, Duration timeout, ObjectNode message) {
        if (python.toString().isEmpty()) {
            throw new ConfigException(
                    "distributed.backend is %s, which needs its client: run './nerium setup %s' in a clone once."
                            .formatted(message.path("backend").asText(), setup));
        }
        return new EngineSetting(python, timeout, message.put("seconds", timeout.toMillis() / 1000.0));
    }

    private static String url(DistributedConfig.SparkConnect config) {
        return config.token()
                .value()
                .map(token -> config.url() + "/;token=" + token)
                .orElse(config.url());
    }

    private static ObjectNode write(DistributedConfig.PolarsOnPrem config, ObjectNode message) {
        message.put("url", config.url())
                .put("domain", config.domain())
                .put("certificates", config.certificates().text());
        ObjectNode headers = message.putObject("headers");
        config.headers().text().lines().filter(line -> !line.isBlank()).forEach(line -> {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        });
        return message;
    }

    private static ObjectNode write(DistributedConfig.PolarsCloud config, ObjectNode message) {
        message.put("workspace", config.workspace())
                .put("idle_minutes", config.idleTimeout().toMinutes())
                .put("address", config.url());
        ObjectNode environment = message.putObject("environment");
        if (!config.url().isEmpty()) {
            environment.put("POLARS_CLOUD_API_ADDR", config.url());
        }
        config.token().value().ifPresent(token -> environment.put("POLARS_CLOUD_ACCESS_TOKEN", token));
        config.secret()
                .value()
                .ifPresent(secret -> environment
                        .put("POLARS_CLOUD_CLIENT_ID", config.clientId())
                        .put("POLARS_CLOUD_CLIENT_SECRET", secret));
        return message;
    }
}
