package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.PackagePages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The picture in {@code docs/architecture.md} against the package pages, which {@code ArchitectureTest} holds to the code. */
class ArchitecturePageTest {
    private static final Path PAGE = Path.of("docs", "architecture.md");
    private static final Pattern ARROW = Pattern.compile("(?m)^ +([a-z]+) --> ([a-z]+)$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z]+)` \\|");

    /** Of all packages, and what starts the program. */
    private static final Set<String> NOT_DRAWN = Set.of("config", "error", "dev");

    @Test
    void itsArrowsAreTheCallsThatDoNotFollowFromOthers() throws IOException {
        Map<String, Set<String>> calls = calls();

        List<String> drawn = ARROW.matcher(Files.readString(PAGE))
                .results()
                .map(arrow -> arrow.group(1) + " " + arrow.group(2))
                .toList();

        assertThat(drawn).containsExactlyInAnyOrderElementsOf(needed(calls));
    }

    @Test
    void itsTableHasThePackagesOfThePicture() throws IOException {
        Set<String> packages = calls().entrySet().stream()
                .flatMap(entry -> Stream.concat(Stream.of(entry.getKey()), entry.getValue().stream()))
                .collect(Collectors.toSet());

        List<String> rows = ROW.matcher(Files.readString(PAGE))
                .results()
                .map(row -> row.group(1))
                .toList();

        assertThat(rows).containsExactlyInAnyOrderElementsOf(packages);
    }

    /** Calls between the packages directly below the root. */
    private static Map<String, Set<String>> calls() throws IOException {
        Map<String, Set<String>> calls = new TreeMap<>();
        PackagePages.calls().forEach((of, called) -> {
            String from = first(of);
            for (String name : called.isEmpty() ? new String[0] : called.split(" ")) {
                String to = first(name);
                if (!from.equals(to) && !NOT_DRAWN.contains(from) && !NOT_DRAWN.contains(to)) {
                    calls.computeIfAbsent(from, _ -> new TreeSet<>()).add(to);
                }
            }
        });
        return calls;
    }

    private static String first(String name) {
        return name.replaceFirst("\\..*", "");
    }

    private static List<String> needed(Map<String, Set<String>> calls) {
        return calls.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream()
                        .filter(to -> entry.getValue().stream()
                                .noneMatch(other -> !other.equals(to)
                                        && reached(other, calls).contains(to)))
                        .map(to -> entry.getKey() + " " + to))
                .toList();
    }

    private static Set<String> reached(String from, Map<String, Set<String>> calls) {
        Set<String> reached = new HashSet<>();
        calls.getOrDefault(from, Set.of()).forEach(to -> {
            reached.add(to);
            reached.addAll(reached(to, calls));
        });
        return reached;
    }
}
