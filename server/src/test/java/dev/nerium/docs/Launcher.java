package dev.nerium.docs;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The commands that the launcher, a shell script, does itself. The server's program does not know them. */
final class Launcher {
    static final Map<String, List<String>> COMMANDS = Map.of(
            "setup",
                    List.of(
                            "--packages",
                            "FILE",
                            "none",
                            "--dev",
                            "--lineage",
                            "--spark",
                            "--submitter",
                            "--polars-submitter",
                            "--console",
                            "--stub"),
            "test",
                    List.of(
                            "--full",
                            "--parallel",
                            "quick",
                            "python",
                            "unit",
                            "server",
                            "sandbox",
                            "interop",
                            "console",
                            "package"),
            "dev", List.of("--java", "--interop"),
            "package", List.of("wheel", "FOLDER"));

    private Launcher() {}

    static Set<String> options() {
        return COMMANDS.values().stream()
                .flatMap(List::stream)
                .filter(word -> word.startsWith("--"))
                .collect(Collectors.toSet());
    }

    static boolean does(List<String> words) {
        return !words.isEmpty() && COMMANDS.containsKey(words.getFirst());
    }

    /** The first word that the launcher does not know. */
    static Optional<String> complaint(List<String> words) {
        List<String> known = COMMANDS.getOrDefault(words.getFirst(), List.of());
        return words.stream()
                .skip(1)
                .filter(word -> !known.contains(word))
                .map(word -> "'./nerium " + words.getFirst() + "' does not take '" + word + "'")
                .findFirst();
    }

    /** The text of the launcher, and of the scripts beside it. */
    static String source() {
        Stream<String> scripts =
                Repository.files(Repository.ROOT, ".sh").stream().map(Repository::read);
        return Stream.concat(Stream.of(Repository.read("nerium")), scripts).collect(Collectors.joining());
    }
}
