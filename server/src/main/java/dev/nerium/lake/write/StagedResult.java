package dev.nerium.lake.write;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The staged files of a run for its destination.
 *
 * @param files Parquet files with the result's rows
 * @param replaced rows of the table that a merge takes away
 */
public record StagedResult(List<StagedFile> files, Optional<Replaced> replaced) {
    /**
     * Rows of a merge's destination that have a key of the result.
     *
     * @param numbers file of the rows' numbers within the candidates, ascending, each 8 bytes, little-endian
     * @param updated rows of the result that replace at least one
     */
    public record Replaced(Path numbers, long updated) {}

    public StagedResult {
        files = List.copyOf(files);
    }
}
