package dev.nerium.sandbox.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;

/**
 * Removes what user code may have made on purpose to be hard to remove: trees deeper than a path may be long, folders that
 * nobody may enter, links to elsewhere. Never follows a link.
 */
public final class SafeDelete {
    private SafeDelete() {}

    /** Removes a file, or a folder with all that is below it. */
    public static void remove(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(path);
            return;
        }
        Deque<Path> folders = new ArrayDeque<>();
        folders.push(path);
        while (!folders.isEmpty()) {
            Path folder = folders.pop();
            flatten(folder, path, folders);
            if (!folder.equals(path)) {
                Files.delete(folder);
            }
        }
        Files.delete(path);
    }

    /** Deletes a folder's files and moves its folders up to the root, so that no path grows. */
    private static void flatten(Path folder, Path root, Deque<Path> folders) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                if (!Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                    Files.delete(child);
                } else if (folder.equals(root)) {
                    folders.push(child);
                } else {
                    folders.push(Files.move(child, root.resolve("r-" + UUID.randomUUID())));
                }
            }
        }
    }
}
