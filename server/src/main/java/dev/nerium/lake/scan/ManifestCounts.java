package dev.nerium.lake.scan;

import org.apache.iceberg.metrics.CounterResult;
import org.apache.iceberg.metrics.InMemoryMetricsReporter;
import org.apache.iceberg.metrics.ScanMetricsResult;
import org.jspecify.annotations.Nullable;

/** Manifests that a plan read, and those that it did not have to; of data files. */
public record ManifestCounts(long scanned, long skipped) {
    static final ManifestCounts NONE = new ManifestCounts(0, 0);

    /** @param reporter the metrics of one scan */
    static ManifestCounts of(InMemoryMetricsReporter reporter) {
        if (reporter.scanReport() == null) {
            return NONE;
        }
        ScanMetricsResult metrics = reporter.scanReport().scanMetrics();
        return new ManifestCounts(value(metrics.scannedDataManifests()), value(metrics.skippedDataManifests()));
    }

    private static long value(@Nullable CounterResult counter) {
        return counter == null ? 0 : counter.value();
    }
}
