package dev.nerium.quota;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * A stored quota.
 *
 * @param updatedBy name of the key that set it
 */
public record Quota(QuotaSubject subject, Map<QuotaLimit, Long> limits, String updatedBy, Instant updatedAt) {
    public Quota {
        EnumMap<QuotaLimit, Long> copy = new EnumMap<>(QuotaLimit.class);
        copy.putAll(limits);
        limits = Collections.unmodifiableMap(copy);
    }
}
