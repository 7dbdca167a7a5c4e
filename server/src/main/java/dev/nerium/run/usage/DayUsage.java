package dev.nerium.run.usage;

import java.time.LocalDate;
import java.util.Set;
import java.util.TreeSet;

/**
 * The use of the runs of one key that were accepted on one day (UTC) and have ended.
 *
 * @param groups to which the key belonged in any of the runs
 * @param failed runs that failed; a cancelled run is not one of them
 * @param runMillis from the start to the end of each run, without its wait in the queue
 * @param storedBytes of the results that were stored that day, also of those that have expired since
 */
public record DayUsage(
        String keyId,
        String key,
        Set<String> groups,
        LocalDate day,
        long runs,
        long failed,
        long cancelled,
        long runMillis,
        long cpuMicros,
        Rows read,
        Rows returned,
        Rows written,
        long storedBytes) {
    /** Rows, and their size. */
    public record Rows(long rows, long bytes) {
        Rows plus(Rows other) {
            return new Rows(rows + other.rows, bytes + other.bytes);
        }
    }

    public DayUsage {
        groups = Set.copyOf(groups);
    }

    DayUsage plus(DayUsage other) {
        Set<String> all = new TreeSet<>(groups);
        all.addAll(other.groups);
        return new DayUsage(
                keyId,
                key,
                all,
                day,
                runs + other.runs,
                failed + other.failed,
                cancelled + other.cancelled,
                runMillis + other.runMillis,
                cpuMicros + other.cpuMicros,
                read.plus(other.read),
                returned.plus(other.returned),
                written.plus(other.written),
                storedBytes + other.storedBytes);
    }
}
