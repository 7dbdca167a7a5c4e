package dev.nerium.error;

import java.time.Duration;

/**
 * When a client that was turned away may come again.
 *
 * @param limit what turned it away: a configuration key, or a header of the request
 */
public record Retry(String limit, Duration after) {}
