package dev.nerium.auth.session;

import dev.nerium.auth.Principal;
import java.time.Instant;

/**
 * A session that is valid now.
 *
 * @param end at which it ends even if it is used
 * @param idleEnd at which it ends unless it is used before
 */
public record Session(SessionSecret secret, Principal principal, Instant createdAt, Instant end, Instant idleEnd) {}
