package dev.nerium;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the package pages say that each package may call. */
public final class PackagePages {
    private static final Path SOURCES = Path.of("server", "src", "main", "java");
    private static final String PAGE = "package-info.java";
    private static final Pattern CALLS =
            Pattern.compile("May call: (nothing|\\{@code [a-z.]+}(?:, \\{@code [a-z.]+})*)\\.");
    private static final Pattern IMPORT =
            Pattern.compile("(?m)^import (?:static )?(dev\\.nerium(?:\\.[a-z]+)*)\\.[A-Z]");
    private static final Pattern NAME = Pattern.compile("\\{@code ([a-z.]+)}");

    private PackagePages() {}

    /** The names of packages below {@code dev.nerium}, each with those that it may call, sorted. */
    public static Map<String, String> calls() throws IOException {
        Map<String, String> calls = new TreeMap<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path page : files.filter(file -> file.endsWith(PAGE)).toList()) {
                calls.put(name(page), String.join(" ", calls(page)));
            }
        }
        return calls;
    }

    /** The packages from which the files of a package import. */
    static List<String> imports(String of) throws IOException {
        Path folder = SOURCES.resolve(of.replace('.', '/'));
        List<String> packages = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                IMPORT.matcher(Files.readString(file))
                        .results()
                        .map(found -> found.group(1))
                        .forEach(packages::add);
            }
        }
        return packages;
    }

    private static List<String> calls(Path page) throws IOException {
        Matcher said = CALLS.matcher(Files.readString(page).replaceAll("\\s+(\\* )?", " "));
        assertThat(said.find()).as("%s says what the package may call", page).isTrue();
        return NAME.matcher(said.group(1))
                .results()
                .map(name -> name.group(1))
                .sorted()
                .toList();
    }

    private static String name(Path page) {
        String name = SOURCES.relativize(page.getParent()).toString().replace('/', '.');
        return name.equals("dev.nerium") ? name : name.substring("dev.nerium.".length());
    }
}
