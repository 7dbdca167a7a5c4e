package dev.nerium.workload.tables;

import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.files.FileLocations;
import dev.nerium.lake.files.FoundFile;
import dev.nerium.lake.io.TemporaryFiles;
import dev.nerium.sandbox.job.OutsideFiles;
import dev.nerium.sandbox.job.OutsideFiles.OutsideFile;
import dev.nerium.workload.live.RunStatistics;
import dev.nerium.workload.live.ScannedFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;

/** The files outside of the lake that one run reads, each copied once it is named. Used by one thread, except for {@code stop}. */
final class RunFiles {
    private static final int MAX_CALLS = 1000;
    private static final int LONGEST_NAME = 1000;
    private static final Pattern FUNCTION = Pattern.compile("[a-z_]{1,40}");

    private final FileLocations locations;
    private final TemporaryFiles scratch;
    private final RunStatistics statistics;
    private final int firstHandle;
    private final List<ScannedFiles> calls = new ArrayList<>();
    private int files;
    private long bytes;
    private volatile boolean stopped;

    /** @param firstHandle above those of all tables */
    RunFiles(FileLocations locations, TemporaryFiles scratch, RunStatistics statistics, int firstHandle) {
        this.locations = locations;
        this.scratch = scratch;
        this.statistics = statistics;
        this.firstHandle = firstHandle;
    }

    /** @param rights of the run's key, as they are now */
    OutsideFiles open(String function, List<String> paths, TableRights rights) {
        if (calls.size() >= MAX_CALLS
                || paths.isEmpty()
                || !FUNCTION.matcher(function).matches()) {
            throw NeriumException.invalid(
                    "A run reads files by at most " + MAX_CALLS + " functions, each with at least one path.");
        }
        long start = System.nanoTime();
        List<FoundFile> found = find(function, paths, locations.readableBy(rights));
        ScannedFiles call = new ScannedFiles(PlainText.of(String.join(", ", paths), LONGEST_NAME));
        List<OutsideFile> copies = new ArrayList<>();
        for (FoundFile file : found) {
            Path copy = scratch.file(".outside");
            long size = file.copy(copy, locations.maxBytes() - bytes, () -> stopped);
            bytes += size;
            call.add(file.path(), size);
            copies.add(new OutsideFile(file.path().toString(), copy));
        }
        call.copied(Duration.ofNanos(System.nanoTime() - start));
        calls.add(call);
        statistics.opened(call);
        return new OutsideFiles(firstHandle + calls.size() - 1, copies);
    }

    private List<FoundFile> find(String function, List<String> paths, FileLocations readable) {
        List<FoundFile> found = new ArrayList<>();
        for (String path : paths) {
            if (stopped) {
                throw new CancellationException();
            }
            int left = locations.maxFiles() - files;
            List<FoundFile> matching = readable.find(function, path, left);
            files += matching.size();
            if (files > locations.maxFiles()) {
                throw locations.tooManyFiles(function);
            }
            found.addAll(matching);
        }
        return found;
    }

    /** Records that rows of the files are read. */
    void read(int handle, Optional<String> filter, Optional<List<String>> columns) {
        if (!has(handle)) {
            throw NeriumException.invalid("The run has no files with the handle " + handle + ".");
        }
        statistics.scanned(calls.get(handle - firstHandle), filter, columns);
    }

    boolean has(int handle) {
        return handle >= firstHandle && handle - firstHandle < calls.size();
    }

    /** Whether the run has named files. */
    boolean areUsed() {
        return !calls.isEmpty();
    }

    String nameOf(int handle) {
        return calls.get(handle - firstHandle).name();
    }

    /** Ends a copy that is being made, from any thread. */
    void stop() {
        stopped = true;
    }
}
