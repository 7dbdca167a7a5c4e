package dev.nerium.workload.request;

import java.time.Duration;
import java.util.Optional;

/**
 * What a client says of time; the configuration says the rest.
 *
 * @param patience how long it wants to wait for a place
 * @param timeout of the run, once it has that
 */
public record RequestedTimeouts(Optional<Duration> patience, Optional<Duration> timeout) {
    public static final RequestedTimeouts NONE = new RequestedTimeouts(Optional.empty(), Optional.empty());
}
