package dev.nerium.config;

/**
 * Daytona's cloud, where workers run with the provider {@code daytona}.
 *
 * @param keyFile holds an API key
 * @param snapshot has Python with the worker
 * @param target region; empty for the organisation's own
 */
public record DaytonaConfig(String url, String keyFile, String snapshot, String target, String python) {}
