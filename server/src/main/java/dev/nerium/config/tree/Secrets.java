package dev.nerium.config.tree;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads secrets from files, or from the environment: the settings themselves have none. */
public final class Secrets {
    private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Z0-9]");

    private final Path home;
    private final Map<String, String> environment;
    private final List<Setting> given = new ArrayList<>();

    public Secrets(Path home, Map<String, String> environment) {
        this.home = home;
        this.environment = environment;
    }

    /** Replaces the names of files by what the files have. */
    public void readInto(ObjectNode tree) {
        tree.path("catalogs")
                .properties()
                .forEach(catalog -> readCatalog(catalog.getKey(), (ObjectNode) catalog.getValue()));
        ObjectNode engines = (ObjectNode) tree.path("distributed");
        readEngine(engines, "spark-connect", "token", "NERIUM_SPARK_CONNECT_TOKEN");
        readEngine(engines, "polars-on-prem", "headers", "NERIUM_POLARS_ON_PREM_HEADERS");
        readEngine(engines, "polars-on-prem", "certificates", "NERIUM_POLARS_ON_PREM_CERTIFICATES");
        readEngine(engines, "polars-cloud", "secret", "NERIUM_POLARS_CLOUD_SECRET");
        readEngine(engines, "polars-cloud", "token", "NERIUM_POLARS_CLOUD_TOKEN");
    }

    /** The secrets that the environment has, without their values. */
    public List<Setting> ofVariables() {
        return given;
    }

    private void readCatalog(String name, ObjectNode catalog) {
        for (String secret : List.of("password", "token", "credential", "storage")) {
            String variable = "NERIUM_CATALOG_"
                    + NOT_IN_NAMES.matcher(name.toUpperCase(Locale.ROOT)).replaceAll("_") + "_"
                    + secret.toUpperCase(Locale.ROOT);
            read(catalog, secret, "catalogs." + name + ".", variable);
        }
    }

    private void readEngine(ObjectNode engines, String engine, String secret, String variable) {
        read((ObjectNode) engines.path(engine), secret, "distributed." + engine + ".", variable);
    }

    private void read(ObjectNode section, String secret, String prefix, String variable) {
        String file = section.remove(secret + "-file").asText();
        section.put(secret, file.isEmpty() ? variable(prefix + secret, variable) : text(prefix + secret, file));
    }

    private String variable(String key, String variable) {
        String value = environment.getOrDefault(variable, "");
        if (!value.isEmpty()) {
            given.add(new Setting(key, TextNode.valueOf(Setting.HIDDEN), SettingOrigin.variable(variable)));
        }
        return value;
    }

    private String text(String key, String file) {
        try {
            return Files.readString(home.resolve(file)).strip();
        } catch (IOException e) {
            throw new SettingException("%s-file is '%s', which can't be read: %s".formatted(key, file, e));
        }
    }
}
