package dev.nerium.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Every file of a lake, so that a test can see that nothing was left behind. */
final class WarehouseTree {
    private WarehouseTree() {}

    /** The files of users' tables, data and metadata alike, in order; the server adds to its own at any time. */
    static List<String> files(Path home) {
        Path warehouse = home.resolve("lake").resolve("warehouse");
        try (Stream<Path> files = Files.walk(warehouse)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> warehouse.relativize(file).toString())
                    .filter(file -> !file.startsWith("telemetry/"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
