package dev.nerium.config;

import java.time.Duration;

/** How much of a result is returned, and how long it is stored. */
public record ResultsConfig(
        long inlineRows,
        ByteSize inlineBytes,
        long previewRows,
        ByteSize maxBytes,
        long pageRows,
        ByteSize pageBytes,
        Duration retention,
        ByteSize maxStoredBytes,
        ByteSize cacheBytes,
        Duration cacheTtl) {
    /** The rows of a page are read into memory to become JSON. */
    private static final ByteSize LARGEST_PAGE = ByteSize.parse("256MiB");

    public ResultsConfig {
        ConfigException.require(pageRows > 0, "results.page-rows is " + pageRows + ": it must be above 0");
        ConfigException.require(
                pageBytes.bytes() > 0 && pageBytes.bytes() <= LARGEST_PAGE.bytes(),
                "results.page-bytes is " + pageBytes + ": it must be above 0 and at most " + LARGEST_PAGE);
        ConfigException.require(
                retention.isPositive(),
                "results.retention is " + DurationFormat.format(retention) + ": it must be above 0");
        ConfigException.require(
                cacheTtl.isPositive(),
                "results.cache-ttl is " + DurationFormat.format(cacheTtl) + ": it must be above 0");
    }
}
