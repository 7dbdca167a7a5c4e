package dev.nerium.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * One name per file: metadata may reach a file through a link to one of its folders. Folders are looked up once each. For one
 * thread.
 */
final class RealPaths {
    private final Map<Path, Path> folders = new HashMap<>();

    /** The file's path with no link among its folders; the file itself need not exist. */
    Path of(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Path folder = absolute.getParent();
        Path name = absolute.getFileName();
        return folder == null || name == null
                ? absolute
                : folders.computeIfAbsent(folder, RealPaths::folder).resolve(name);
    }

    /** A folder's path with no link in it, nor at its end. */
    static Path folder(Path folder) {
        try {
            return folder.toRealPath();
        } catch (NoSuchFileException e) {
            return folder.toAbsolutePath().normalize();
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " can't be looked up", e);
        }
    }
}
