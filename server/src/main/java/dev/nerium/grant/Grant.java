package dev.nerium.grant;

import dev.nerium.auth.Principal;
import dev.nerium.lake.access.Grantee;
import dev.nerium.lake.access.Right;
import dev.nerium.lake.access.Securable;
import java.time.Instant;

/**
 * One right of a key, a group or all keys.
 *
 * @param grantee a key by its id
 * @param grantedBy name of the key that granted it
 */
public record Grant(String id, Grantee grantee, Right right, Securable on, String grantedBy, Instant grantedAt) {
    boolean isOf(Principal principal) {
        return switch (grantee.kind()) {
            case KEY -> grantee.name().equals(principal.keyId());
            case GROUP -> principal.groups().contains(grantee.name());
            case PUBLIC -> true;
        };
    }

    Grant to(Grantee other) {
        return new Grant(id, other, right, on, grantedBy, grantedAt);
    }

    boolean matches(Right wanted, Securable securable, Grantee of) {
        return right == wanted && on.equals(securable) && grantee.equals(of);
    }
}
