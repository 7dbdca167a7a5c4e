package dev.nerium.config;

/**
 * Who may read metrics.
 *
 * @param allowAnonymous whether {@code /metrics} can be read without a key
 */
public record MetricsConfig(boolean allowAnonymous) {}
