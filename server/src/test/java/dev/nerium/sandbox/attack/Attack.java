package dev.nerium.sandbox.attack;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A script that attacks, from {@code resources/attacks}. Its first comment says what it tries; {@code # ends:} how it must
 * end, any of them where there are several, {@code *} for any text; without it, with the one row {@code refused};
 * {@code # with:} has further fields of the request.
 */
record Attack(String name, String source, List<Pattern> ends, Map<String, ?> request) {
    private static final Path FOLDER = folder();
    private static final String PRELUDE = read(FOLDER.resolve("prelude.py"));
    private static final String REFUSED = "[[\"refused\"]]";

    /** The attacks of one folder. */
    static List<Attack> in(String folder) {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.sorted().map(Attack::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is sent: the script, after what all scripts share. */
    String script() {
        return PRELUDE + source;
    }

    /** The same with another field of the request. */
    Attack with(String field, Object value) {
        Map<String, Object> more = new HashMap<>(request);
        more.put(field, value);
        return new Attack(name, source, ends, more);
    }

    boolean mayEndWith(String end) {
        return ends.stream().anyMatch(pattern -> pattern.matcher(end).matches());
    }

    @Override
    public String toString() {
        return name;
    }

    private static Attack of(Path file) {
        String source = read(file);
        List<String> ends = remarks(source, "ends");
        return new Attack(
                file.getFileName().toString().replace(".py", "").replace('-', ' '),
                source,
                (ends.isEmpty() ? List.of(REFUSED) : ends)
                        .stream().map(Attack::pattern).toList(),
                request(remarks(source, "with")));
    }

    private static List<String> remarks(String source, String kind) {
        String start = "# " + kind + ": ";
        return source.lines()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .toList();
    }

    private static Map<String, ?> request(List<String> json) {
        try {
            return json.isEmpty()
                    ? Map.of()
                    : new ObjectMapper().readValue(json.getFirst(), new TypeReference<Map<String, Object>>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Pattern pattern(String end) {
        return Pattern.compile(
                Stream.of(end.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")), Pattern.DOTALL);
    }

    private static Path folder() {
        try {
            return Path.of(
                    Objects.requireNonNull(Attack.class.getResource("/attacks")).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
