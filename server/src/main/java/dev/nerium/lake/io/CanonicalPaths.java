package dev.nerium.lake.io;

import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One name per file: metadata may reach a file through links, and through steps up from what a link leads to. Each step is
 * taken as the system takes it. Folders are looked up once each. For one thread.
 */
public final class CanonicalPaths {
    private final Map<Path, Path> folders = new HashMap<>();

    /** The file's path with no link on its way nor at its end; the file itself need not exist. */
    public Path of(Path file) {
        Path folder = file.getParent();
        Path name = file.getFileName();
        if (!file.isAbsolute() || folder == null || name == null || isStep(name)) {
            throw unsafe(file);
        }
        Path path = folders.computeIfAbsent(folder, CanonicalPaths::folder).resolve(name);
        return Files.isSymbolicLink(path) ? folder(path) : path;
    }

    /**
     * A folder's path with no link in it, nor at its end.
     *
     * @throws dev.nerium.error.NeriumException where nobody can say where it is or will be
     */
    public static Path folder(Path folder) {
        return find(folder).orElseThrow(() -> unsafe(folder));
    }

    /** A folder that is yet to be made lies where its nearest ancestor does. */
    public static Optional<Path> find(Path folder) {
        try {
            return Optional.of(folder.toRealPath());
        } catch (NoSuchFileException e) {
            Path parent = folder.getParent();
            Path name = folder.getFileName();
            if (!folder.isAbsolute()
                    || parent == null
                    || name == null
                    || isStep(name)
                    || Files.isSymbolicLink(folder)) {
                return Optional.empty();
            }
            return find(parent).map(real -> real.resolve(name));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean isStep(Path name) {
        return name.toString().equals("..") || name.toString().equals(".");
    }

    private static NeriumException unsafe(Path path) {
        return TableFolders.refusal(
                "the location " + path + " can't be resolved: a part of it is missing, or is not a folder");
    }
}
