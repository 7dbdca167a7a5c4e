package dev.nerium.http.key;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Groups;
import dev.nerium.auth.Key;
import dev.nerium.auth.Key.Rights;
import dev.nerium.auth.NewKey;
import dev.nerium.auth.Permission;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.auth.oidc.TokenOwner;
import dev.nerium.config.Build;
import dev.nerium.http.common.Json;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Keys as JSON. */
record KeyJson(Clock clock) {
    ObjectNode of(Key key) {
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("id", key.id())
                .put("name", key.name())
                .put("scope", lower(key.scope()));
        key.rights().groups().names().forEach(body.putArray("groups")::add);
        body.put("created_at", key.createdAt().toString());
        put(body, "expires_at", key.expiresAt());
        put(body, "revoked_at", key.revokedAt());
        put(body, "rotated_at", key.rotation().map(Key.Rotation::at));
        put(body, "former_secret_expires_at", key.formerUntil(clock.instant()));
        return body;
    }

    /** With the text of the key, which no other response has. */
    ObjectNode of(NewKey created) {
        return of(created.key()).put("key", created.text());
    }

    /** With what the key may do. */
    ObjectNode withPermissions(Key key) {
        return withPermissions(of(key).put("credential", "key"), key.scope());
    }

    /** In the form of a key, with what the owner of a token may do. */
    ObjectNode withPermissions(TokenOwner owner) {
        Principal principal = owner.principal();
        Key key = new Key(
                principal.keyId(),
                principal.name(),
                new Rights(principal.scope(), Groups.sorted(principal.groups())),
                clock.instant(),
                Optional.of(owner.end()),
                Optional.empty(),
                Optional.empty());
        ObjectNode body = of(key).put("credential", "token").putNull("created_at");
        return withPermissions(body, principal.scope());
    }

    private static ObjectNode withPermissions(ObjectNode body, Scope scope) {
        ArrayNode list = body.putArray("permissions");
        Permission.of(scope).forEach(permission -> list.add(lower(permission)));
        return body.put("server_version", Build.read().version());
    }

    private static void put(ObjectNode body, String field, Optional<Instant> time) {
        body.put(field, time.map(Instant::toString).orElse(null));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
