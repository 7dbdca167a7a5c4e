package dev.nerium.lake;

import java.util.PriorityQueue;

/** Counts files for a report, keeping only as many names as it shows. Thread-safe. */
final class FileTally {
    /** The last of the names that are kept comes first. */
    private final PriorityQueue<String> first = new PriorityQueue<>(java.util.Comparator.reverseOrder());

    private long count;
    private long bytes;

    synchronized void add(String location, long size) {
        count++;
        bytes += size;
        first.add(location);
        if (first.size() > FileList.MOST_LOCATIONS) {
            first.remove();
        }
    }

    synchronized FileList list() {
        return new FileList(count, bytes, first.stream().sorted().toList());
    }
}
