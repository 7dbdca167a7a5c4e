package dev.nerium.observe.events;

import java.time.Instant;
import java.util.UUID;

/**
 * An event of one of Nerium's own runs.
 *
 * @param id of version 7, whose time is that at which it was made
 * @param server whose run it is
 * @param keyId of the run's key
 * @param state of the run, the type of the event
 * @param text the event as JSON
 */
public record RunEvent(
        UUID id,
        String server,
        String keyId,
        UUID run,
        Instant time,
        String state,
        String jobNamespace,
        String jobName,
        String text) {}
