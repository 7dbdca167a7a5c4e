package dev.nerium.config;

/**
 * Access to metrics.
 *
 * @param allowAnonymous whether {@code /metrics} can be read without a key
 */
public record MetricsConfig(boolean allowAnonymous) {}
