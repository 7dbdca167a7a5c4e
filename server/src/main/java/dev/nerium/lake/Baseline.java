package dev.nerium.lake;

import java.util.OptionalLong;

/**
 * What a destination was when the run began: an overwrite replaces this, and nothing that came later.
 *
 * @param snapshot the current snapshot; empty where the table was empty or did not exist
 */
public record Baseline(OptionalLong snapshot) {}
