package dev.nerium.variable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The keys whose scripts may use a variable, beside those with the scope admin.
 *
 * @param keys ids of keys
 * @param groups names of groups of keys
 */
public record Readers(Set<String> keys, Set<String> groups) {
    public static final Readers ADMINS = new Readers(Set.of(), Set.of());

    private static final ObjectMapper JSON = new ObjectMapper();

    public Readers {
        keys = Collections.unmodifiableSet(new TreeSet<>(keys));
        groups = Collections.unmodifiableSet(new TreeSet<>(groups));
    }

    boolean include(Principal principal) {
        return principal.scope().includes(Scope.ADMIN)
                || keys.contains(principal.keyId())
                || !Collections.disjoint(groups, principal.groups());
    }

    static Readers parse(@Nullable String stored) {
        try {
            return stored == null ? ADMINS : JSON.readValue(stored, Readers.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The readers of an environment variable can't be read", e);
        }
    }

    String text() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
