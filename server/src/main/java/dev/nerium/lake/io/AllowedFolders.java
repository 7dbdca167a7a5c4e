package dev.nerium.lake.io;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The folders of this machine in which the files of a catalog's tables may lie. Metadata comes from whoever may commit: a
 * path in it, or a link, that leads elsewhere is neither read nor written nor deleted. Thread-safe.
 */
public final class AllowedFolders {
    /** Allows every file, for catalogs that only this process writes to. */
    public static final AllowedFolders ANY = new AllowedFolders(List.of(Path.of("/")));

    private final List<Path> roots;
    private final Relocation relocation;

    /** Looked up for a short while only: who may change folders on this machine may change more. */
    private final Cache<Path, Boolean> inside = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofSeconds(10))
            .build();

    public AllowedFolders(List<Path> roots) {
        this(roots, Relocation.NONE);
    }

    public AllowedFolders(List<Path> roots, Relocation relocation) {
        this.roots = roots.stream().map(relocation::apply).toList();
        this.relocation = relocation;
    }

    /** The same rules for other folders. */
    public AllowedFolders of(Path root) {
        return new AllowedFolders(List.of(root), relocation);
    }

    /** The file that a location means, wherever it lies. */
    Path place(String location) {
        return relocation.apply(LocalFileIO.path(location));
    }

    /** The file that a location means; fails where it lies outside. */
    Path require(String location) {
        return find(location)
                .orElseThrow(() -> new NeriumException(
                        ErrorCode.UNSUPPORTED_TABLE,
                        "The location " + location + " is outside of the folders of its catalog.",
                        "If this is intended, the operator adds the folder to lake.folders, or to folders of"
                                + " the catalog."));
    }

    /** The file that a location means; fails where it may not be made, changed or deleted. */
    public Path requireWritable(String location) {
        Path path = require(location);
        Path original = relocation.original().orElse(null);
        if (original != null
                && CanonicalPaths.find(path).filter(relocation::mayChange).isEmpty()) {
            throw new NeriumException(
                    ErrorCode.UNSUPPORTED_TABLE,
                    "The file " + location + " is not changed: this home is a copy of " + original
                            + ", which may need the file.",
                    "A copy changes only files below its own folder. If the original no longer exists, remove"
                            + " copy-of from home.json in the copy's home, and start its server again.");
        }
        return path;
    }

    public boolean contains(String location) {
        return find(location).isPresent();
    }

    /** A parent step after a link leads to another folder than in the text: the path is resolved like the system does. */
    private Optional<Path> find(String location) {
        Path path = place(location);
        Path parent = path.getParent();
        if (!path.isAbsolute() || parent == null || (stepsUp(path) && !isFileOf(path, parent))) {
            return Optional.empty();
        }
        Optional<Path> folder = Files.isSymbolicLink(path) ? CanonicalPaths.find(path) : Optional.of(parent);
        return folder.filter(this::isInside).map(_ -> path);
    }

    private static boolean stepsUp(Path path) {
        for (Path step : path) {
            if (step.toString().equals("..")) {
                return true;
            }
        }
        return false;
    }

    /** Whether a path is in an existing folder; without the folder, the target of a parent step is unknown. */
    private static boolean isFileOf(Path path, Path folder) {
        return !path.endsWith("..") && Files.isDirectory(folder);
    }

    private boolean isInside(Path folder) {
        return Boolean.TRUE.equals(inside.get(
                folder,
                unseen -> CanonicalPaths.find(unseen)
                        .filter(real -> !relocation.isForeign(real))
                        .filter(real -> roots.stream()
                                .flatMap(root -> CanonicalPaths.find(root).stream())
                                .anyMatch(real::startsWith))
                        .isPresent()));
    }
}
