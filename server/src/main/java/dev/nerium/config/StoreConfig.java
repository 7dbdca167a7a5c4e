package dev.nerium.config;

/**
 * The database of runs and keys.
 *
 * @param url JDBC URL of a PostgreSQL database; empty for a SQLite file below the home
 * @param passwordFile holds the password of the user
 * @param encryptionKeyFile holds the key of values that are encrypted in the database; empty for one in the home
 */
public record StoreConfig(String url, String user, String passwordFile, String encryptionKeyFile) {
    public StoreConfig {
        ConfigException.require(
                url.isEmpty() || url.startsWith("jdbc:postgresql:"),
                "store.url is '" + url + "': write it like jdbc:postgresql://host/database, or leave it empty");
    }
}
