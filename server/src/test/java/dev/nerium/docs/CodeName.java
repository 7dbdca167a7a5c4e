package dev.nerium.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A name of the code that a page uses. */
sealed interface CodeName {
    /** {@code Lake.pin}, of a class in Java or Python. */
    record Method(String type, String name) implements CodeName {}

    /** {@code StagingTable}, a class. */
    record ClassName(String name) implements CodeName {}

    /** {@code run}, the last part of a Java package's name. */
    record PackageName(String name) implements CodeName {}

    /** {@code worker.py}, {@code nerium_submitter/polars/gate.py} or {@code lineage/}: the end of a file's or folder's path. */
    record PythonPath(String path) implements CodeName {}

    /** Classes of other programs. */
    Set<String> FOREIGN = Set.of("LazyFrame");

    /** {@code Upper.lower}; a camel-case word after a comma is another method of the same class. */
    Pattern METHODS = Pattern.compile("(?<![\\w./])([A-Z]\\w*)\\.([a-z]\\w*(?:, [a-z]+[A-Z]\\w*)*)");

    /** {@code CamelCase}, or any capitalised word between backticks; a method's class is none of these. */
    Pattern TYPES = Pattern.compile(
            "(?<![\\w./])([A-Z][a-z]+(?:[A-Z][a-z]+)+)(?!\\w|\\.[a-z])|`([A-Z][a-z]+(?:[A-Z][a-z]+)*)`");

    /** The word behind an arrow that begins at a name; other arrows carry messages. */
    Pattern PACKAGES = Pattern.compile("\\w +─+▶ +([a-z]+)");

    /** A file, a folder below one of our Python packages, or a word with a slash behind it. */
    Pattern PATHS =
            Pattern.compile("(?<![\\w./])((?:\\w+/)*\\w+\\.py|nerium_\\w+(?:/\\w+)+(?![\\w./])|[a-z_]+/(?=\\s))");

    /** All names in a text. */
    static List<CodeName> in(String text) {
        List<CodeName> names = new ArrayList<>();
        METHODS.matcher(text).results().flatMap(CodeName::methods).forEach(names::add);
        TYPES.matcher(text)
                .results()
                .map(type -> type.group().replace("`", ""))
                .filter(type -> !FOREIGN.contains(type))
                .map(ClassName::new)
                .forEach(names::add);
        PACKAGES.matcher(text)
                .results()
                .map(arrow -> new PackageName(arrow.group(1)))
                .forEach(names::add);
        PATHS.matcher(text).results().map(path -> new PythonPath(path.group(1))).forEach(names::add);
        return names;
    }

    private static Stream<Method> methods(MatchResult match) {
        return Stream.of(match.group(2).split(", ", -1)).map(name -> new Method(match.group(1), name));
    }
}
