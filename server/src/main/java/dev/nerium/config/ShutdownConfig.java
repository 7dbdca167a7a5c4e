package dev.nerium.config;

import java.time.Duration;

/** How the server stops. */
public record ShutdownConfig(Duration grace) {}
