package dev.nerium.lake.write;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The staged files of a run for its destination.
 *
 * @param files Parquet files with the result's rows
 * @param replaced rows of the table that a merge or a statement takes away
 * @param truncated rows of a table that loses all of them, as reported by the worker; empty for every other change
 */
public record StagedResult(List<StagedFile> files, Optional<Replaced> replaced, OptionalLong truncated) {
    public StagedResult(List<StagedFile> files, Optional<Replaced> replaced) {
        this(files, replaced, OptionalLong.empty());
    }

    /**
     * Rows of the destination that a merge replaces, because they have a key of the result, or that a statement updates or
     * deletes.
     *
     * @param numbers file of the rows' numbers within the candidates, ascending, each 8 bytes, little-endian
     * @param updated rows of the result that replace at least one
     */
    public record Replaced(Path numbers, long updated) {
        /** How many rows the file has. */
        public long count() {
            try {
                return Files.size(numbers) / Long.BYTES;
            } catch (IOException e) {
                throw new UncheckedIOException("The row numbers in " + numbers + " can't be counted", e);
            }
        }
    }

    public StagedResult {
        files = List.copyOf(files);
    }
}
