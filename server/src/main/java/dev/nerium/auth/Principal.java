package dev.nerium.auth;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.util.Locale;

/** Who asks: the key that authenticated, by its id and name. */
public record Principal(String keyId, String name, Scope scope) {
    /** Fails with 403 unless the key's scope reaches. */
    public void require(Scope needed, String purpose) {
        if (!scope.includes(needed)) {
            throw new NeriumException(
                    ErrorCode.FORBIDDEN,
                    "The key '%s' has the scope %s: %s needs %s."
                            .formatted(name, lower(scope), purpose, lower(needed)));
        }
    }

    private static String lower(Scope scope) {
        return scope.name().toLowerCase(Locale.ROOT);
    }
}
