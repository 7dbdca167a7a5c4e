package dev.nerium.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Facts about the build, written by Maven.
 *
 * @param swaggerUi version of the page that shows the OpenAPI file
 */
public record Build(String version, String swaggerUi) {
    public static Build read() {
        Properties properties = new Properties();
        try (InputStream in = Build.class.getResourceAsStream("/build.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Build(properties.getProperty("version", ""), properties.getProperty("swagger-ui", ""));
    }
}
