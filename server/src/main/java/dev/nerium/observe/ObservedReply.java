package dev.nerium.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The response of a run whose client waited for it.
 *
 * @param sentAt when its last byte was sent, or the connection was lost
 * @param writing time that its rows took, at the speed of the client; empty for an error
 */
public record ObservedReply(UUID run, Instant sentAt, Optional<Duration> writing) {}
