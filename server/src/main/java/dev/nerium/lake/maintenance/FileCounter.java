package dev.nerium.lake.maintenance;

import java.util.PriorityQueue;

/** Counts files for a report, keeping only as many names as it shows. Thread-safe. */
final class FileCounter {
    /** The last of the names that are kept comes first. */
    private final PriorityQueue<String> first = new PriorityQueue<>(java.util.Comparator.reverseOrder());

    private long count;
    private long bytes;

    synchronized void add(String location, long size) {
        count++;
        bytes += size;
        first.add(location);
        if (first.size() > FileSummary.MOST_LOCATIONS) {
            first.remove();
        }
    }

    synchronized FileSummary list() {
        return new FileSummary(count, bytes, first.stream().sorted().toList());
    }
}
