package dev.nerium.workload.request;

import java.time.Duration;
import java.util.Optional;

/**
 * What a client says of time; the configuration says the rest.
 *
 * @param queueTimeout how long it wants to wait for a place
 * @param runTimeout of the run, once it has that
 */
public record RequestedTimeouts(Optional<Duration> queueTimeout, Optional<Duration> runTimeout) {
    public static final RequestedTimeouts NONE = new RequestedTimeouts(Optional.empty(), Optional.empty());
}
