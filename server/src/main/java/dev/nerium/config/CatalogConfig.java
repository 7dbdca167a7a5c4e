package dev.nerium.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A catalog besides the built-in one. {@code catalog.yaml} in the resources documents its settings.
 *
 * @param properties that Iceberg's library gets as they are
 */
public record CatalogConfig(
        CatalogType type,
        String uri,
        String warehouse,
        List<String> folders,
        String user,
        Secret password,
        Secret token,
        Secret credential,
        Secret storage,
        String oauth2Uri,
        String scope,
        Duration timeout,
        Map<String, String> properties) {
    private static final Pattern SECRET =
            Pattern.compile("(?i).*(password|secret|token|credential|access-key|account\\.key).*");

    public CatalogConfig {
        folders = List.copyOf(folders);
        properties = Map.copyOf(properties);
        ConfigException.require(timeout.isPositive(), "timeout of a catalog must be above 0");
        properties.keySet().stream()
                .filter(key -> SECRET.matcher(key).matches())
                .findFirst()
                .ifPresent(key -> ConfigException.require(
                        false,
                        "properties of a catalog has '%s': secrets come from password-file, token-file or credential-file, those of a store from storage-file, or all from the environment"
                                .formatted(key)));
    }

    /** How a catalog is reached. */
    public enum CatalogType {
        JDBC,
        REST,
        HIVE,
        GLUE,
        NESSIE,
        HADOOP;

        /** As users write it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
