package dev.nerium.lake.catalog;

import dev.nerium.config.CatalogConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.error.RootCause;
import dev.nerium.lake.io.AllowedFolders;
import dev.nerium.lake.io.AllowedPrefixes;
import dev.nerium.lake.io.CatalogFileIO;
import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.io.MetadataFileTracker;
import dev.nerium.lake.io.ObjectStoreProperties;
import dev.nerium.lake.storage.ObjectStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.VersionInfo;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SessionCatalog.SessionContext;
import org.apache.iceberg.io.ResolvingFileIO;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.HTTPClient;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.rest.RESTClient;
import org.apache.iceberg.rest.RESTSessionCatalog;
import org.apache.iceberg.rest.RESTUtil;

/** Opens Iceberg's own catalogs according to the configuration. */
final class CatalogFactory {
    private CatalogFactory() {}

    /** The folders that its configuration names, and the warehouse where that is a folder, too. */
    static AllowedFolders folders(CatalogConfig config, Path home) {
        String warehouse = config.warehouse();
        boolean local = config.type() != CatalogConfig.CatalogType.REST
                && (warehouse.startsWith("/") || warehouse.startsWith("file:"));
        return new AllowedFolders(Stream.concat(
                        local ? Stream.of(LocalFileIO.path(warehouse)) : Stream.empty(),
                        config.folders().stream()
                                .filter(folder -> !AllowedPrefixes.isObject(folder))
                                .map(home::resolve))
                .toList());
    }

    /** The files of a catalog's tables, restricted to the folders in its configuration. */
    static CatalogFileIO files(CatalogConfig config, Path home) {
        List<String> objects = Stream.concat(Stream.of(config.warehouse()), config.folders().stream())
                .filter(AllowedPrefixes::isObject)
                .toList();
        return new CatalogFileIO(
                new LocalFileIO(folders(config, home)),
                new AllowedPrefixes(objects),
                new ObjectStores(ObjectStoreProperties.of(config, home), plugins(home)));
    }

    /** Loads classes of the plugin folder, which are not part of the server because of their large dependencies. */
    private static ClassLoader plugins(Path home) {
        return new URLClassLoader(jars(home.resolve("plugins")), CatalogFactory.class.getClassLoader());
    }

    /** The properties that users may see: a URI may have a password before the host or in its query. */
    static Map<String, String> shown(CatalogConfig config) {
        Map<String, String> shown = new LinkedHashMap<>();
        if (!config.uri().isEmpty()) {
            shown.put("uri", config.uri().replaceAll("[?;].*", "").replaceAll("//[^/]*@", "//"));
        }
        if (!config.warehouse().isEmpty()) {
            shown.put("warehouse", config.warehouse());
        }
        return shown;
    }

    static Catalog open(String name, CatalogConfig config, CatalogFileIO files, Path home) {
        Map<String, String> properties = properties(config, home);
        return switch (config.type()) {
            case JDBC ->
                initialized(new JdbcCatalog(_ -> new MetadataFileTracker.Watched(files), null, true), name, properties);
            case REST -> initialized(new OpenedRestCatalog(files), name, properties);
            case HADOOP -> hadoop(name, properties);
            case HIVE, GLUE, NESSIE -> plugin(name, config, properties, home);
        };
    }

    private static Catalog initialized(Catalog catalog, String name, Map<String, String> properties) {
        catalog.initialize(name, properties);
        return catalog;
    }

    private static Catalog hadoop(String name, Map<String, String> properties) {
        try {
            return CatalogUtil.buildIcebergCatalog(name, properties, new Configuration());
        } catch (UnsupportedOperationException | LinkageError e) {
            // The class path lacks classes that Hadoop's file systems load; these need an older Java.
            throw new NeriumException(
                    ErrorCode.CATALOG_ERROR,
                    "The catalog '" + name + "' is of the type hadoop, and Hadoop " + VersionInfo.getVersion()
                            + " does not run on Java " + Runtime.version().feature() + ".",
                    RootCause.message(e),
                    e);
        }
    }

    private static Catalog plugin(String name, CatalogConfig config, Map<String, String> properties, Path home) {
        Thread thread = Thread.currentThread();
        thread.setContextClassLoader(plugins(home));
        try {
            return CatalogUtil.buildIcebergCatalog(name, properties, new Configuration());
        } catch (IllegalArgumentException | LinkageError e) {
            throw new NeriumException(
                    ErrorCode.CATALOG_ERROR,
                    "Catalog '%s': cannot load type %s. Copy iceberg-%s and its dependencies to %s."
                            .formatted(name, config.type().text(), artifact(config.type()), home.resolve("plugins")),
                    RootCause.message(e),
                    e);
        }
    }

    private static String artifact(CatalogConfig.CatalogType type) {
        return switch (type) {
            case HIVE -> "hive-metastore";
            case GLUE -> "aws";
            case NESSIE -> "nessie";
            case JDBC, REST, HADOOP -> "core";
        };
    }

    private static URL[] jars(Path plugins) {
        if (!Files.isDirectory(plugins)) {
            return new URL[0];
        }
        try (Stream<Path> files = Files.list(plugins)) {
            List<Path> jars =
                    files.filter(file -> file.toString().endsWith(".jar")).toList();
            URL[] urls = new URL[jars.size()];
            for (int i = 0; i < urls.length; i++) {
                urls[i] = jars.get(i).toUri().toURL();
            }
            return urls;
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + plugins + " can't be listed", e);
        }
    }

    private static Map<String, String> properties(CatalogConfig config, Path home) {
        Map<String, String> properties = new HashMap<>();
        String millis = String.valueOf(config.timeout().toMillis());
        switch (config.type()) {
            case JDBC -> jdbc(config, properties);
            case REST -> {
                properties.put("rest.client.connection-timeout-ms", millis);
                properties.put("rest.client.socket-timeout-ms", millis);
                properties.put("rest.client.max-retries", "1");
                properties.put("header.X-Iceberg-Access-Delegation", "vended-credentials");
                config.token().value().ifPresent(token -> properties.put("token", token));
                config.credential().value().ifPresent(credential -> properties.put("credential", credential));
                put(properties, "oauth2-server-uri", config.oauth2Uri());
                put(properties, "scope", config.scope());
            }
            case HIVE, GLUE, NESSIE, HADOOP -> {
                properties.put("type", config.type().text());
                if (AllowedPrefixes.isObject(config.warehouse())) {
                    properties.put(CatalogProperties.FILE_IO_IMPL, ResolvingFileIO.class.getName());
                    properties.putAll(ObjectStoreProperties.of(config, home));
                } else {
                    properties.put(CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName());
                }
                properties.put(LocalFileIO.FOLDERS, String.join(":", config.folders()) + ":" + config.warehouse());
            }
        }
        put(properties, CatalogProperties.URI, config.uri());
        put(properties, CatalogProperties.WAREHOUSE_LOCATION, config.warehouse());
        properties.putAll(config.properties());
        return properties;
    }

    private static void jdbc(CatalogConfig config, Map<String, String> properties) {
        properties.put("jdbc.schema-version", "V1");
        put(properties, "jdbc.user", config.user());
        config.password().value().ifPresent(password -> properties.put("jdbc.password", password));
        if (config.uri().startsWith("jdbc:postgresql:")) {
            String seconds = String.valueOf(Math.max(1, config.timeout().toSeconds()));
            properties.put("jdbc.connectTimeout", seconds);
            properties.put("jdbc.loginTimeout", seconds);
            properties.put("jdbc.socketTimeout", seconds);
        }
    }

    private static void put(Map<String, String> properties, String key, String value) {
        if (!value.isEmpty()) {
            properties.put(key, value);
        }
    }

    /** Iceberg's REST client, whose tables' files are restricted to the folders in the configuration. */
    private static final class OpenedRestCatalog extends RESTCatalog {
        private final CatalogFileIO files;

        OpenedRestCatalog(CatalogFileIO files) {
            super(SessionContext.createEmpty(), OpenedRestCatalog::client);
            this.files = files;
        }

        @Override
        protected RESTSessionCatalog newSessionCatalog(Function<Map<String, String>, RESTClient> clients) {
            // Called by the constructor of the superclass, before there are files.
            return new RESTSessionCatalog(clients, (_, vended) -> files.with(vended));
        }

        private static RESTClient client(Map<String, String> properties) {
            return PlainConfig.of(HTTPClient.builder(properties)
                    .uri(properties.get(CatalogProperties.URI))
                    .withHeaders(RESTUtil.configHeaders(properties))
                    .build());
        }
    }
}
