package dev.nerium.workload.live;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The files outside of the lake that a statement reads by one function. For one thread. */
public final class ScannedFiles {
    private final String name;
    private final List<Path> paths = new ArrayList<>();
    private long bytes;
    private long largest;
    private Duration copying = Duration.ZERO;

    /** @param name the paths as the user wrote them */
    public ScannedFiles(String name) {
        this.name = name;
    }

    public void add(Path path, long size) {
        paths.add(path);
        bytes += size;
        largest = Math.max(largest, size);
    }

    /** Sets the time that the copies took. */
    public void copied(Duration time) {
        copying = time;
    }

    public String name() {
        return name;
    }

    long files() {
        return paths.size();
    }

    /** The file, or the folder that contains all of them. */
    Path place() {
        Path place = paths.getFirst();
        if (paths.stream().distinct().count() == 1) {
            return place;
        }
        Path folder = Objects.requireNonNull(place.getParent(), "a file is in a folder");
        for (Path path : paths) {
            while (!path.startsWith(folder)) {
                folder = Objects.requireNonNull(folder.getParent(), "all files are below /");
            }
        }
        return folder;
    }

    long bytes() {
        return bytes;
    }

    long largest() {
        return largest;
    }

    Duration copying() {
        return copying;
    }
}
