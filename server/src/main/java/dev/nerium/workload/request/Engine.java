package dev.nerium.workload.request;

import java.util.Locale;

/** The engines that a client of the commercial API may name. */
public enum Engine {
    /** The server chooses. */
    AUTO,
    DUCKDB,
    POLARS,
    /** DataFusion, as the vendor calls it. */
    BLOOM,
    SPARK;

    /** As users write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
