package dev.nerium.lake.maintenance;

import java.util.List;

/**
 * Files of one kind in a report.
 *
 * @param count of all of them
 * @param bytes of all of them
 * @param locations of the first ones, sorted
 */
public record FileSummary(long count, long bytes, List<String> locations) {
    /** A list of a million names serves nobody. */
    public static final int MOST_LOCATIONS = 1_000;

    public FileSummary {
        locations = List.copyOf(locations);
    }
}
