package dev.nerium.quota;

import dev.nerium.auth.Principal;
import dev.nerium.error.ExceededQuota;
import dev.nerium.run.usage.RunUsage.Owner;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Limits that apply to a run.
 *
 * @param counted whose runs are counted: one key, or the members of a group
 * @param owner of the limits, in words for a client
 */
record AppliedQuota(QuotaSubject counted, String owner, Map<QuotaLimit, Long> limits) {
    static AppliedQuota ofKey(Principal principal, Map<QuotaLimit, Long> limits) {
        return new AppliedQuota(QuotaSubject.key(principal.keyId()), "key '" + principal.name() + "'", limits);
    }

    /** The default, for limits that the quota of the key does not have. */
    static AppliedQuota ofAll(Principal principal, Map<QuotaLimit, Long> limits) {
        return new AppliedQuota(
                QuotaSubject.key(principal.keyId()), "key '" + principal.name() + "' (the default)", limits);
    }

    static AppliedQuota ofGroup(String name, Map<QuotaLimit, Long> limits) {
        return new AppliedQuota(QuotaSubject.group(name), "group '" + name + "'", limits);
    }

    boolean has(QuotaLimit limit) {
        return limits.containsKey(limit);
    }

    /** A limit that it has. */
    long value(QuotaLimit limit) {
        return Objects.requireNonNull(limits.get(limit), limit::text);
    }

    /** Whether the runs of a key count. */
    static boolean counts(QuotaSubject counted, Owner of) {
        return switch (counted.kind()) {
            case KEY -> of.keyId().equals(counted.name());
            case GROUP -> of.groups().contains(counted.name());
            case DEFAULT -> false;
        };
    }

    /** The id of the only key whose runs count. */
    static Optional<String> onlyKey(QuotaSubject counted) {
        return counted.kind() == QuotaSubject.Kind.KEY ? Optional.of(counted.name()) : Optional.empty();
    }

    ExceededQuota exceeded(QuotaLimit limit, OptionalLong used, Optional<Instant> resetsAt) {
        return new ExceededQuota(owner, limit.text(), value(limit), used, resetsAt);
    }
}
