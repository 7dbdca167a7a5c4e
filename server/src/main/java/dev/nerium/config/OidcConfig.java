package dev.nerium.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The OpenID provider whose access tokens are accepted beside keys.
 *
 * @param issuer its URL; empty where no tokens are accepted
 * @param groupsClaim name of a claim, or the path of a claim inside of others, with dots
 * @param scopeOfGroups {@code read}, {@code write} or {@code admin}, by the name of a group
 * @param defaultScope of owners in none of these groups; empty to refuse them
 * @param jwksUrl empty for the one in the provider's metadata
 * @param caFile certificates in PEM, relative to the home; empty for those that Java trusts
 */
public record OidcConfig(
        String issuer,
        String audience,
        String groupsClaim,
        String nameClaim,
        Map<String, String> scopeOfGroups,
        String defaultScope,
        String jwksUrl,
        String caFile) {
    private static final List<String> SCOPES = List.of("read", "write", "admin");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    public OidcConfig {
        scopeOfGroups = Map.copyOf(scopeOfGroups);
        scopeOfGroups.forEach((group, scope) -> requireScope("oidc.scope-of-groups." + group, scope));
        if (!defaultScope.isEmpty()) {
            requireScope("oidc.default-scope", defaultScope);
        }
        if (!issuer.isEmpty()) {
            requireUrl("oidc.issuer", issuer);
            ConfigException.require(
                    !audience.isEmpty(), "oidc.audience is empty: it must name the audience of tokens for this server");
            ConfigException.require(
                    !scopeOfGroups.isEmpty() || !defaultScope.isEmpty(),
                    "oidc.scope-of-groups and oidc.default-scope are empty: one of them must give tokens a scope");
        }
        if (!jwksUrl.isEmpty()) {
            requireUrl("oidc.jwks-url", jwksUrl);
        }
    }

    public boolean isEnabled() {
        return !issuer.isEmpty();
    }

    /** Whether keys may be fetched from a URL: by HTTPS, or from a provider on this machine. */
    public static boolean isSafe(URI url) {
        boolean isTls = "https".equals(url.getScheme());
        boolean isLocal = "http".equals(url.getScheme()) && url.getHost() != null && LOOPBACK.contains(url.getHost());
        return (isTls || isLocal) && url.getHost() != null && url.getUserInfo() == null;
    }

    private static void requireScope(String key, String scope) {
        ConfigException.require(
                SCOPES.contains(scope), key + " is '" + scope + "': it must be one of read, write, admin");
    }

    private static void requireUrl(String key, String text) {
        ConfigException.require(
                isSafeUrl(text),
                key + " is '" + text + "': it must be a URL with https, or with http on localhost, without a query");
    }

    private static boolean isSafeUrl(String text) {
        try {
            URI url = new URI(text);
            return isSafe(url) && url.getRawQuery() == null && url.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
