package dev.nerium.observe;

import dev.nerium.run.RunOrigin;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** The writing of a run's response, which continues after the end of the run while the client reads. */
public record ObservedReply(UUID run, String keyId, RunOrigin origin, Instant start, Duration duration) {}
