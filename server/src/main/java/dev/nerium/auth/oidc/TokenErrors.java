package dev.nerium.auth.oidc;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;

/** Failures of tokens. */
final class TokenErrors {
    private TokenErrors() {}

    /** A 401, with a reason that does not quote the token. */
    static NeriumException invalid(String reason) {
        return new NeriumException(ErrorCode.UNAUTHORIZED, "Unauthorized", reason);
    }

    static NeriumException unavailable(Throwable cause) {
        return new NeriumException(
                ErrorCode.ISSUER_UNAVAILABLE,
                "The OpenID provider (oidc.issuer) can't be reached, so tokens can't be checked. Try again later, or use a key.",
                "",
                cause);
    }
}
