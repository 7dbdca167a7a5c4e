package dev.nerium.grant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nerium.auth.Principal;
import java.util.List;

/** All grants at one moment. Thread-safe. */
final class GrantBook {
    private static final int MOST_CACHED = 1_000;

    private final boolean enforced;
    private final List<Grant> grants;
    private final Cache<Principal, List<Grant>> byPrincipal =
            Caffeine.newBuilder().maximumSize(MOST_CACHED).build();

    GrantBook(boolean enforced, List<Grant> grants) {
        this.enforced = enforced;
        this.grants = List.copyOf(grants);
    }

    /** Whether there was a grant ever: then a key has the rights that are granted, and no others. */
    boolean enforced() {
        return enforced;
    }

    List<Grant> all() {
        return grants;
    }

    List<Grant> of(Principal principal) {
        return byPrincipal.get(
                principal,
                key -> grants.stream().filter(grant -> grant.isOf(key)).toList());
    }
}
