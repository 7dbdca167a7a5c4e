package dev.nerium.lake.io;

import dev.nerium.config.CatalogConfig;
import dev.nerium.lake.storage.S3Clients;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** The properties of a catalog's store for Iceberg's object store clients. */
public final class ObjectStoreProperties {
    private ObjectStoreProperties() {}

    /** Keys come from a file or the environment; without any, a client looks where its vendor's others look, too. */
    public static Map<String, String> of(CatalogConfig config, Path home) {
        Map<String, String> properties = new HashMap<>();
        properties.put(
                S3Clients.REQUEST_TIMEOUT, String.valueOf(config.timeout().toMillis()));
        properties.put("s3.client-factory-impl", S3Clients.class.getName());
        properties.put("s3.staging-dir", home.resolve("lake").resolve("scratch").toString());
        if (config.properties().containsKey("s3.endpoint")) {
            // A store other than Amazon's has no regions.
            properties.put("client.region", "us-east-1");
        }
        properties.putAll(config.properties());
        properties.putAll(secrets(config));
        return properties;
    }

    private static Map<String, String> secrets(CatalogConfig config) {
        Properties read = new Properties();
        try {
            read.load(new StringReader(config.storage().text()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> secrets = new HashMap<>();
        read.stringPropertyNames().forEach(name -> secrets.put(name, read.getProperty(name)));
        return secrets;
    }
}
