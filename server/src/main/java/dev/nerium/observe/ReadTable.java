package dev.nerium.observe;

import dev.nerium.lake.table.PinnedTable;

/**
 * A table that a run read, or may read.
 *
 * @param name by which the run named it: a replay reads an older version of it
 */
public record ReadTable(String name, PinnedTable table) {}
