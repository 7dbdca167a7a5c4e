package dev.nerium.auth;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The authenticated key of a request, or the owner of its token: id, name and scope.
 *
 * @param groups names of the groups to which it belongs
 */
public record Principal(String keyId, String name, Scope scope, Set<String> groups) {
    /** The ids of owners of tokens begin with it. No key has such an id. */
    public static final String TOKEN_ID = "oidc-";

    /** The server itself, which loads the first table. No key has its id. */
    public static final Principal SERVER = new Principal("server", "server", Scope.WRITE, Set.of());

    /** Whether it is a key for commands of an account that can use the home of the server. */
    public boolean isLocal() {
        return name.endsWith(Keys.LOCAL) && KeyText.isId(keyId);
    }

    /** Whether an id is that of the owner of tokens, which no database knows. */
    public static boolean isTokenOwner(String keyId) {
        return keyId.startsWith(TOKEN_ID);
    }

    /** Whether it may see all of what belongs to a key: that is its own, or it is an admin's. */
    public boolean sees(String owner) {
        return keyId.equals(owner) || scope.includes(Scope.ADMIN);
    }

    /** Fails with 403 unless it may see all of what belongs to a key. */
    public void requireOwner(String owner, String purpose) {
        if (!sees(owner)) {
            require(Scope.ADMIN, purpose + " of another key");
        }
    }

    /** The id of the key whose rows alone it sees; empty where it sees those of all keys. */
    public Optional<String> onlyKey() {
        return scope.includes(Scope.ADMIN) ? Optional.empty() : Optional.of(keyId);
    }

    /** Fails with 403 unless the key's scope reaches. */
    public void require(Scope needed, String purpose) {
        if (!scope.includes(needed)) {
            throw new NeriumException(
                    ErrorCode.FORBIDDEN,
                    "The %s '%s' has the scope %s: %s needs %s."
                            .formatted(
                                    isTokenOwner(keyId) ? "token of" : "key",
                                    name,
                                    lower(scope),
                                    purpose,
                                    lower(needed)));
        }
    }

    private static String lower(Scope scope) {
        return scope.name().toLowerCase(Locale.ROOT);
    }
}
