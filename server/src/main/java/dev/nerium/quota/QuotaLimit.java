package dev.nerium.quota;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A limit of a quota. */
public enum QuotaLimit {
    /** Runs that were accepted and have not ended, also those that wait for a worker. */
    CONCURRENT_RUNS,
    /** Runs that wait for a worker, because the server executes as many as it can. */
    QUEUED_RUNS,
    /** The vcpus of the concurrent runs. */
    CONCURRENT_VCPUS,
    /** The memory of the tiers of the concurrent runs. */
    CONCURRENT_MEMORY_BYTES,
    /** Seconds from the start to the end of each run of a day. */
    RUN_SECONDS_PER_DAY,
    /** Bytes of the data files that the runs of a day read. */
    BYTES_READ_PER_DAY,
    /** Rows that one run returns. */
    RESULT_ROWS,
    /** Bytes that one run returns, as Arrow. */
    RESULT_BYTES,
    /** Bytes of the stored results that have not expired. */
    STORED_BYTES;

    /** As the API writes it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<QuotaLimit> parse(String text) {
        return Arrays.stream(values())
                .filter(limit -> limit.text().equals(text))
                .findFirst();
    }

    /** The names of all limits. */
    public static List<String> names() {
        return Arrays.stream(values()).map(QuotaLimit::text).toList();
    }
}
