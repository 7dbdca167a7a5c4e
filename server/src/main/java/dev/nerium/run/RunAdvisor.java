package dev.nerium.run;

import dev.nerium.error.CommandName;
import dev.nerium.run.RunFacts.Note;
import dev.nerium.run.RunFacts.Scan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Judges what was learned of a run. Each finding is worth a change of the query, the table or the request. */
public final class RunAdvisor {
    private static final long MIB = 1 << 20;
    private static final int MANY_FILES = 10;
    private static final int MANY_TINY_FILES = 50;
    private static final long TINY_FILE = MIB;
    private static final long WORTH_PRUNING = 64 * MIB;
    private static final int SKEW = 10;
    private static final int EXPLOSION = 10;
    private static final long MANY_ROWS = 100_000;
    private static final long LARGE_JSON = 16 * MIB;
    private static final Duration LONG_WAIT = Duration.ofSeconds(1);

    private final RunFacts facts;
    private final List<Finding> findings = new ArrayList<>();

    private RunAdvisor(RunFacts facts) {
        this.facts = facts;
    }

    /** The findings of a run that has ended. */
    public static List<Finding> of(Run run) {
        RunAdvisor findings = new RunAdvisor(run.facts());
        run.facts().notes().forEach(findings::judge);
        run.facts().scans().stream().filter(findings::isOfTable).forEach(findings::judge);
        run.rowCount().ifPresent(findings::growth);
        findings.width();
        findings.waiting();
        return List.copyOf(findings.findings);
    }

    private void judge(Note note) {
        switch (note.kind()) {
            case "python-function" ->
                add(note, "Write it with Polars' expressions: Python runs row by row, on one processor.");
            case "cross-join" ->
                add(
                        note,
                        "Add a condition to the join, unless a cross join is intended: every row is combined with every other.");
            case "in-memory" ->
                add(note, "It holds all its rows in memory: filter or aggregate before it, or request more vcpus.");
            case "unplanned-filter" ->
                add(
                        note,
                        "Compare the column itself with a value of its type: a filter behind a function or a cast reads"
                                + " all files.");
            case "all-columns" -> {
                if (bytesOf(note.table()) >= WORTH_PRUNING) {
                    add(note, "Select only the needed columns: the other columns of a Parquet file are not read.");
                }
            }
            default -> {}
        }
    }

    private long bytesOf(String table) {
        return facts.scans().stream()
                .filter(scan -> scan.table().equals(table))
                .mapToLong(Scan::bytes)
                .sum();
    }

    private void add(Note note, String advice) {
        findings.add(new Finding(note.kind(), note.table(), note.detail(), advice));
    }

    /** Files outside of the lake are not compacted or partitioned here. */
    private boolean isOfTable(Scan scan) {
        return facts.inputs().stream()
                .noneMatch(input -> input.isOutside() && input.table().equals(scan.table()));
    }

    private void judge(Scan scan) {
        Long skipped = scan.filesSkipped();
        if (scan.filter() != null && skipped != null && skipped == 0 && scan.files() >= MANY_FILES) {
            add(
                    "all-files-read",
                    scan,
                    "The filter pruned none of %d files (%s).".formatted(scan.files(), size(scan.bytes())),
                    "Partition or sort the table by a filtered column, so that files can be pruned.");
        }
        if (scan.files() >= MANY_TINY_FILES && scan.bytes() / scan.files() < TINY_FILE) {
            add(
                    "tiny-files",
                    scan,
                    "%d files of %s on average were read.".formatted(scan.files(), size(scan.bytes() / scan.files())),
                    "Compact the table: " + CommandName.forClients() + " table compact " + scan.table());
        }
        Long largest = scan.largestBytes();
        if (largest != null
                && scan.files() >= MANY_FILES
                && largest >= WORTH_PRUNING
                && largest > SKEW * (scan.bytes() / scan.files())) {
            add(
                    "skewed-files",
                    scan,
                    "The largest of %d files has %s, the average %s."
                            .formatted(scan.files(), size(largest), size(scan.bytes() / scan.files())),
                    "Compact the table with a target size, or partition it more finely.");
        }
    }

    private void add(String kind, Scan scan, String evidence, String advice) {
        findings.add(new Finding(kind, scan.table(), evidence, advice));
    }

    private void growth(long rows) {
        long read = facts.rowsIn();
        if (rows >= MANY_ROWS && read > 0 && rows > EXPLOSION * read) {
            findings.add(new Finding(
                    "exploding-join",
                    "",
                    "%d rows were created from the %d that were read.".formatted(rows, read),
                    "Look for a join whose key is not unique on either side."));
        }
    }

    private void width() {
        Long bytes = facts.resultBytes();
        if (facts.output() == null && bytes != null && bytes >= LARGE_JSON) {
            findings.add(new Finding(
                    "large-result",
                    "",
                    "The result has %s.".formatted(size(bytes)),
                    "Request Arrow (Accept: application/vnd.apache.arrow.stream), which is sent unchanged, or write it to"
                            + " a destination."));
        }
    }

    private void waiting() {
        long queue = facts.phases().getOrDefault("queue", 0L);
        long execute = facts.phases().getOrDefault("execute", 0L);
        if (queue > LONG_WAIT.toNanos() / 1000 && queue > execute) {
            findings.add(
                    new Finding(
                            "long-wait",
                            "",
                            "The run waited %.1f s in the queue and executed for %.1f s."
                                    .formatted(queue / 1e6, execute / 1e6),
                            "Request fewer vcpus, or increase the capacity of the server: see sandbox.max-running and sandbox.pool.size."));
        }
    }

    private static String size(long bytes) {
        return bytes >= MIB
                ? String.format(Locale.ROOT, "%.1f MiB", bytes / (double) MIB)
                : String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0);
    }
}
