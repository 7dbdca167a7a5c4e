package dev.nerium.lake.catalog;

import dev.nerium.error.NeriumException;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Properties by which Iceberg loads Java classes, such as {@code write.location-provider.impl}. The server loads no class that
 * a table, a request or another catalog names: only its own configuration may name one.
 */
public final class NamedClasses {
    private static final Pattern KEY = Pattern.compile("(?i)(.*[.-])?(impl|factory)([.-].*)?");

    private NamedClasses() {}

    /** Fails where one is among them. */
    public static void refuse(Map<String, String> properties) {
        properties.keySet().stream().filter(NamedClasses::isOne).findFirst().ifPresent(key -> {
            throw NeriumException.invalid(
                    "The property '" + key + "' names a Java class ('" + properties.get(key)
                            + "'), and this server does not load classes that a request or a table names. Remove the property.");
        });
    }

    static Map<String, String> without(Map<String, String> properties) {
        return properties.entrySet().stream()
                .filter(property -> !isOne(property.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static boolean isOne(String key) {
        return KEY.matcher(key).matches();
    }
}
