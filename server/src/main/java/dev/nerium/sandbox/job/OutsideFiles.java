package dev.nerium.sandbox.job;

import java.nio.file.Path;
import java.util.List;

/**
 * Files outside of the lake, brought for one run.
 *
 * @param handle of all of them, as of a table
 */
public record OutsideFiles(int handle, List<OutsideFile> files) {
    /**
     * @param path as the user knows it
     * @param copy that the worker reads
     */
    public record OutsideFile(String path, Path copy) {}

    public OutsideFiles {
        files = List.copyOf(files);
    }
}
