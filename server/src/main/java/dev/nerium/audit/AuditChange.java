package dev.nerium.audit;

import java.util.Optional;
import java.util.UUID;

/**
 * A change of one object by one key.
 *
 * @param object its name
 * @param run that changes it
 */
public record AuditChange(Actor actor, AuditAction action, String object, Optional<UUID> run) {
    public AuditChange(Actor actor, AuditAction action, String object) {
        this(actor, action, object, Optional.empty());
    }
}
