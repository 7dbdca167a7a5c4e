package dev.nerium.audit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Limits the events that a client causes without changing anything, and counts those beyond the limit. Thread-safe. */
final class RepeatedEvents {
    private static final Duration WINDOW = Duration.ofMinutes(1);

    /** Further actors, such as addresses of a flood, count as one. */
    private static final int MOST_ACTORS = 1_000;

    /** Events of all actors with a row of their own, in a minute. */
    private static final int MOST_EVENTS = 200;

    private static final Actor ALL = Actor.unknown("");

    private final int limit;
    private final Cache<Actor, Integer> recent = Caffeine.newBuilder()
            .maximumSize(MOST_ACTORS)
            .expireAfterWrite(WINDOW)
            .build();
    private Map<AuditChange, Long> beyond = new HashMap<>();

    /** @param limit of events with a row of their own, of one actor in a minute */
    RepeatedEvents(int limit) {
        this.limit = limit;
    }

    /** Whether the event gets a row of its own; else it is counted. */
    synchronized boolean isWithinLimit(AuditChange event) {
        int count = recent.asMap().getOrDefault(event.actor(), 0);
        int all = recent.asMap().getOrDefault(ALL, 0);
        if (count < limit && all < MOST_EVENTS) {
            recent.put(event.actor(), count + 1);
            recent.put(ALL, all + 1);
            return true;
        }
        AuditChange counted = beyond.containsKey(event) || beyond.size() < MOST_ACTORS
                ? event
                : new AuditChange(ALL, event.action(), "");
        beyond.merge(counted, 1L, Long::sum);
        return false;
    }

    /** The events without a row of their own, and how many there were, since the last call. */
    synchronized Map<AuditChange, Long> takeCounted() {
        Map<AuditChange, Long> counted = beyond;
        beyond = new HashMap<>();
        return counted;
    }
}
