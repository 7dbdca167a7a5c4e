package dev.nerium.lake.files;

import dev.nerium.config.ExternalConfig;
import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import dev.nerium.lake.access.TableRights;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The folders below which SQL may read files, as the operator allows them. Thread-safe. */
public final class FileLocations {
    private static final int LONGEST_SHOWN = 300;
    private static final Pattern SCHEME = Pattern.compile("(?i)(?<scheme>[a-z][a-z0-9+.-]*)://.*", Pattern.DOTALL);

    private final List<Path> folders;
    private final Path home;
    private final int maxFiles;
    private final long maxBytes;

    /** @param home of the server, in which no file is read */
    public FileLocations(ExternalConfig config, Path home) {
        this(
                config.locations().stream().map(Path::of).toList(),
                home,
                config.maxFiles(),
                config.maxBytes().bytes());
    }

    private FileLocations(List<Path> folders, Path home, int maxFiles, long maxBytes) {
        this.folders = folders;
        this.home = home;
        this.maxFiles = maxFiles;
        this.maxBytes = maxBytes;
    }

    /** The folders whose files a key may read. */
    public FileLocations readableBy(TableRights rights) {
        return rights.seesAll()
                ? this
                : new FileLocations(
                        folders.stream()
                                .filter(folder -> rights.readsFolder(folder.toString()))
                                .toList(),
                        home,
                        maxFiles,
                        maxBytes);
    }

    /** Whether an operator has listed a folder. */
    public boolean has(String folder) {
        return folders.stream().map(Path::toString).anyMatch(folder::equals);
    }

    /** Maximum number of files of one run. */
    public int maxFiles() {
        return maxFiles;
    }

    /** Maximum number of bytes of these files. */
    public long maxBytes() {
        return maxBytes;
    }

    /**
     * The files of a path, or of a pattern, in sorted order.
     *
     * @param function by which the user reads them
     * @param most that the run may read yet
     */
    public List<FoundFile> find(String function, String text, int most) {
        Refusals refusals = new Refusals(function, PlainText.of(text, LONGEST_SHOWN));
        Path path = path(text, refusals);
        Path folder = folders.stream()
                .filter(location -> path.startsWith(location) && !path.equals(location))
                .findFirst()
                .orElseThrow(() -> refusals.outside(!folders.isEmpty()));
        FileLocation location = FileLocation.of(folder, home).orElseThrow(() -> refusals.missingLocation());
        Path relative = folder.relativize(path);
        if (!PathPattern.isPattern(relative)) {
            return List.of(new FoundFile(path, location, refusals));
        }
        List<Path> matching = new PathPattern(relative, location, refusals, most).matching();
        if (matching.isEmpty()) {
            throw refusals.noMatch();
        }
        return matching.stream()
                .map(file -> new FoundFile(file, location, refusals.of(PlainText.of(file.toString(), LONGEST_SHOWN))))
                .toList();
    }

    /** A text that can be the path of a file, without a step up: after a link it would lead to another folder than in the text. */
    private static Path path(String text, Refusals refusals) {
        if (SCHEME.matcher(text).matches()) {
            throw refusals.scheme();
        }
        Path path = parse(text).orElseThrow(() -> refusals.noPath());
        if (!path.isAbsolute()) {
            throw refusals.relative();
        }
        for (Path step : path) {
            if (step.toString().equals("..")) {
                throw refusals.stepUp();
            }
        }
        return path.normalize();
    }

    private static Optional<Path> parse(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Refuses a file above the number that a run may read. */
    public NeriumException tooManyFiles(String function) {
        return Refusals.tooManyFiles(function, maxFiles);
    }
}
