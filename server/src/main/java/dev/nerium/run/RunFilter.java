package dev.nerium.run;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The filter of a list of runs, the newest first.
 *
 * @param idPrefix beginning of the id
 * @param key name of the key that sent them
 * @param keyId its id, where no other key that ever had the name is meant
 * @param since queued then or later
 * @param until queued before
 * @param after the last run of the page before
 */
public record RunFilter(
        Optional<String> idPrefix,
        Optional<RunState> state,
        Optional<String> mode,
        Optional<String> key,
        Optional<String> keyId,
        Optional<String> destination,
        Optional<Instant> since,
        Optional<Instant> until,
        Optional<UUID> after,
        int limit) {}
