package dev.nerium.workload;

import dev.nerium.lake.SaveMode;
import dev.nerium.lake.TableName;

/** Where a result is written, and how. */
public record Destination(TableName table, SaveMode mode) {}
