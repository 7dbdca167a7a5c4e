package dev.nerium.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The files of this repository. Maven runs the tests in its root folder. */
final class Repository {
    static final Path ROOT = Path.of("").toAbsolutePath();

    private static final Set<String> GENERATED = Set.of("target", "node_modules", "__pycache__");

    private Repository() {}

    /** @param file path below the root */
    static String read(String file) {
        return read(ROOT.resolve(file));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every Markdown file. */
    static List<MarkdownPage> pages() {
        return files(ROOT, ".md").stream().map(MarkdownPage::of).toList();
    }

    /** The Markdown files for users and operators: README.md, CHANGELOG.md and docs. */
    static List<MarkdownPage> guides() {
        return Stream.concat(
                        Stream.of("README.md", "CHANGELOG.md").map(ROOT::resolve),
                        files(ROOT.resolve("docs"), ".md").stream())
                .map(MarkdownPage::of)
                .toList();
    }

    /** The files below a folder whose names end so, without hidden and generated folders. */
    static List<Path> files(Path folder, String suffix) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) {
                    return !entered.equals(folder) && skipped(entered)
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.toString().endsWith(suffix)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.stream().sorted().toList();
    }

    private static boolean skipped(Path folder) {
        String name = String.valueOf(folder.getFileName());
        return name.startsWith(".") || GENERATED.contains(name);
    }
}
