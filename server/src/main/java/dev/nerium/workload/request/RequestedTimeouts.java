package dev.nerium.workload.request;

import java.time.Duration;
import java.util.Optional;

/**
 * The timeouts of a request; the configuration has the defaults.
 *
 * @param queueTimeout how long it wants to wait for a place
 * @param runTimeout of the run, once it has that
 */
public record RequestedTimeouts(Optional<Duration> queueTimeout, Optional<Duration> runTimeout) {
    public static final RequestedTimeouts NONE = new RequestedTimeouts(Optional.empty(), Optional.empty());
}
