package dev.nerium.cli.prompt;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The keywords and the functions of SQL, which the prompt completes. */
record Words(List<String> keywords, List<String> functions) {
    Words {
        keywords = List.copyOf(keywords);
        functions = List.copyOf(functions);
    }

    static Words read() {
        return new Words(lines("/cli/keywords.txt"), lines("/cli/functions.txt"));
    }

    private static List<String> lines(String resource) {
        try (InputStream in = Objects.requireNonNull(Words.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
