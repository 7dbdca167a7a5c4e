package dev.nerium.auth.oidc;

import dev.nerium.auth.Principal;
import java.time.Instant;

/**
 * The owner of an access token.
 *
 * @param end of the token
 */
public record TokenOwner(Principal principal, Instant end) {}
