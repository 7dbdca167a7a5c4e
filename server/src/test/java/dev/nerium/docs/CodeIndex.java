package dev.nerium.docs;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the code has: compiled Java classes of the server, and Python files of the worker and the submitter. */
final class CodeIndex {
    private static final List<String> PYTHON = List.of("worker/src", "submitter/src");

    /** A class at the margin, a method one step in, or something else at the margin, which ends a class. */
    private static final Pattern PYTHON_NAMES =
            Pattern.compile("(?m)^class (\\w+)|^ {4}(?:async )?def (\\w+)|^[^\\s#@)\\]}]");

    private final Map<String, Set<String>> methods = new HashMap<>();
    private final Set<String> packages = new HashSet<>();
    private final List<String> paths = new ArrayList<>();

    CodeIndex() {
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.nerium")
                .forEach(this::addJava);
        PYTHON.stream()
                .map(Repository.ROOT::resolve)
                .flatMap(folder -> Repository.files(folder, ".py").stream())
                .forEach(this::addPython);
    }

    boolean has(CodeName name) {
        return switch (name) {
            case CodeName.ClassName(String type) -> methods.containsKey(type);
            case CodeName.Method(String type, String method) ->
                methods.getOrDefault(type, Set.of()).contains(method);
            case CodeName.PackageName(String last) -> packages.contains(last);
            case CodeName.PythonPath(String path) -> hasPath(path);
        };
    }

    private boolean hasPath(String path) {
        return path.endsWith(".py")
                ? paths.stream().anyMatch(file -> file.endsWith("/" + path))
                : paths.stream().anyMatch(file -> file.contains("/" + path.replaceAll("/$", "") + "/"));
    }

    private void addJava(JavaClass type) {
        packages.add(type.getPackageName().substring(type.getPackageName().lastIndexOf('.') + 1));
        Set<String> names = methods.computeIfAbsent(type.getSimpleName(), _ -> new HashSet<>());
        type.getMethods().stream().map(JavaMethod::getName).forEach(names::add);
    }

    private void addPython(Path file) {
        paths.add(Repository.ROOT.relativize(file).toString());
        Set<String> names = new HashSet<>();
        for (MatchResult match :
                PYTHON_NAMES.matcher(Repository.read(file)).results().toList()) {
            if (match.group(2) == null) {
                names = Stream.ofNullable(match.group(1))
                        .map(type -> methods.computeIfAbsent(type, _ -> new HashSet<>()))
                        .findAny()
                        .orElseGet(HashSet::new);
            } else {
                names.add(match.group(2));
            }
        }
    }
}
