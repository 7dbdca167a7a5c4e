package dev.nerium.lake.files;

import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;

/**
 * A path with {@code *}, {@code ?} and {@code [...]} in the names of files and folders, or with {@code **} for folders at every
 * depth. Names that begin with a point match only a pattern that does, too. For one thread.
 */
final class PathPattern {
    private static final int MAX_LISTED = 100_000;
    private static final String ANY_DEPTH = "**";

    private final Path relative;
    private final FileLocation location;
    private final Refusals refusals;
    private final int most;
    private final SortedSet<Path> found = new TreeSet<>();
    private int listed;

    /**
     * @param relative to the location
     * @param most files that may match
     */
    PathPattern(Path relative, FileLocation location, Refusals refusals, int most) {
        this.relative = relative;
        this.location = location;
        this.refusals = refusals;
        this.most = most;
    }

    static boolean isPattern(Path path) {
        return path.toString().chars().anyMatch(character -> "*?[".indexOf(character) >= 0);
    }

    /** The paths that match, in sorted order. */
    List<Path> matching() {
        match(location.folder(), 0);
        return List.copyOf(found);
    }

    private void match(Path folder, int step) {
        Path name = relative.getName(step);
        boolean isLast = step == relative.getNameCount() - 1;
        if (name.toString().equals(ANY_DEPTH)) {
            matchEveryDepth(folder, step, isLast);
        } else if (!isPattern(name)) {
            continueAt(folder.resolve(name), step, isLast);
        } else {
            PathMatcher matcher = matcher(name.toString());
            for (Path child : list(folder)) {
                Path own = child.getFileName();
                if (matcher.matches(own) && (!isHidden(child) || name.toString().startsWith("."))) {
                    continueAt(child, step, isLast);
                }
            }
        }
    }

    private void matchEveryDepth(Path folder, int step, boolean isLast) {
        if (!isLast) {
            match(folder, step + 1);
        }
        for (Path child : list(folder)) {
            if (isFolder(child) && !isHidden(child)) {
                match(child, step);
            } else if (isLast && !isHidden(child)) {
                add(child);
            }
        }
    }

    private void continueAt(Path path, int step, boolean isLast) {
        if (!isLast) {
            match(path, step + 1);
        } else if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !isFolder(path)) {
            add(path);
        }
    }

    private void add(Path path) {
        found.add(path);
        if (found.size() > most) {
            throw refusals.tooManyMatches(most);
        }
    }

    /** The files and folders in a folder; none if it is not a folder. A folder that can't be listed is refused: its files would be missing. */
    private List<Path> list(Path folder) {
        List<Path> children = new ArrayList<>();
        try (OpenedPath opened = OpenedPath.open(folder)) {
            if (!location.contains(opened)) {
                throw refusals.leadsOut();
            }
            if (!Files.isDirectory(opened.link())) {
                return children;
            }
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(opened.link())) {
                for (Path child : stream) {
                    if (++listed > MAX_LISTED) {
                        throw refusals.tooManyListed(MAX_LISTED);
                    }
                    children.add(folder.resolve(child.getFileName()));
                }
            }
        } catch (NoSuchFileException e) {
            return children;
        } catch (AccessDeniedException e) {
            throw refusals.denied();
        } catch (IOException | DirectoryIteratorException e) {
            throw NeriumException.unexpected("A folder outside of the lake could not be listed", e);
        }
        return children;
    }

    /** A link to a folder is none: a folder could be below itself. */
    private static boolean isFolder(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    private PathMatcher matcher(String pattern) {
        String escaped = pattern.replace("\\", "\\\\")
                .replace("{", "\\{")
                .replace("}", "\\}")
                .replace("**", "*");
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + escaped);
        } catch (PatternSyntaxException e) {
            throw refusals.noPattern();
        }
    }
}
