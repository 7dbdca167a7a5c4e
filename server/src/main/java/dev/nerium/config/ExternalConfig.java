package dev.nerium.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Files outside of the lake that SQL may read.
 *
 * @param locations absolute paths of folders
 * @param maxFiles of one run
 * @param maxBytes of all these files together
 */
public record ExternalConfig(List<String> locations, int maxFiles, ByteSize maxBytes) {
    public ExternalConfig {
        locations = List.copyOf(locations);
        locations.forEach(ExternalConfig::requireFolder);
        ConfigException.require(maxFiles > 0, "external.max-files is " + maxFiles + ": it must be above 0");
        ConfigException.require(maxBytes.bytes() > 0, "external.max-bytes is " + maxBytes + ": it must be above 0");
    }

    private static void requireFolder(String location) {
        ConfigException.require(
                location.startsWith("/") && location.indexOf('\0') < 0,
                "external.locations has '%s': expected the absolute path of a folder, such as /data/landing"
                        .formatted(location));
        Path folder = Path.of(location);
        ConfigException.require(
                folder.equals(folder.normalize()) && folder.getNameCount() > 0,
                "external.locations has '%s': expected a folder below / without the steps . and .."
                        .formatted(location));
    }
}
