package dev.nerium.http.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The files of the console in the jar, or a page that explains how to build them.
 *
 * @param assets by name
 */
record ConsoleFiles(ConsoleFile page, Map<String, ConsoleFile> assets) {
    private static final String FOLDER = "/console/";

    /** Reads the files in the list that the build of the console wrote. */
    static ConsoleFiles ofJar() {
        try (InputStream list = ConsoleFiles.class.getResourceAsStream(FOLDER + "files.txt")) {
            return list == null
                    ? new ConsoleFiles(ConsoleFile.plain("/console-not-built.html"), Map.of())
                    : new ConsoleFiles(ConsoleFile.compressed(FOLDER + "index.html.gz"), assets(list));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, ConsoleFile> assets(InputStream list) throws IOException {
        return new String(list.readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .collect(Collectors.toMap(
                        Function.identity(), name -> ConsoleFile.compressed(FOLDER + "assets/" + name + ".gz")));
    }

    Optional<ConsoleFile> asset(String name) {
        return Optional.ofNullable(assets.get(name));
    }
}
