package dev.nerium.auth.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import dev.nerium.config.OidcConfig;
import dev.nerium.error.NeriumException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Checks access tokens (JWT, as RFC 9068 and its predecessors have them). A key that the copy of the provider's keys lacks makes the
 * server fetch them again, at most twice per {@link #BETWEEN_FETCHES}. Thread-safe.
 */
public final class AccessTokens {
    private static final int LONGEST = 16_384;
    private static final int CLOCK_SKEW_SECONDS = 30;
    private static final Duration KEYS_CACHED = Duration.ofMinutes(15);
    private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(30);

    /** Asymmetric ones only: with a symmetric one, the public key could sign. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    /** The type of an access token, that of any JWT, and none. */
    private static final DefaultJOSEObjectTypeVerifier<SecurityContext> TYPES =
            new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt"), JOSEObjectType.JWT, null);

    private final OidcConfig config;
    private final ProviderKeys keys;
    private final TokenClaims claims;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    private AccessTokens(OidcConfig config, ProviderKeys keys) {
        this.config = config;
        this.keys = keys;
        this.claims = new TokenClaims(config);
        JWKSource<SecurityContext> cached = JWKSourceBuilder.create(keys)
                .cache(
                        KEYS_CACHED.toMillis(),
                        ProviderClient.PATIENCE.multipliedBy(2).toMillis())
                .refreshAheadCache(false)
                .rateLimited(BETWEEN_FETCHES.toMillis())
                .build();
        DefaultJWTClaimsVerifier<SecurityContext> verifier = new DefaultJWTClaimsVerifier<>(
                config.audience(),
                new JWTClaimsSet.Builder().issuer(config.issuer()).build(),
                Set.of("sub", "exp"));
        verifier.setMaxClockSkew(CLOCK_SKEW_SECONDS);
        processor.setJWSTypeVerifier(TYPES);
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, cached));
        processor.setJWTClaimsSetVerifier(verifier);
    }

    /** Empty if the configuration names no provider. Fails if the file with certificates can't be read. */
    public static Optional<AccessTokens> of(OidcConfig config, Path home) {
        return config.isEnabled()
                ? Optional.of(new AccessTokens(config, new ProviderKeys(config, ProviderClient.of(config, home))))
                : Optional.empty();
    }

    /** Whether a text has the form of a token, which no key has. */
    public static boolean isToken(String text) {
        return text.startsWith("ey")
                && text.chars().filter(character -> character == '.').count() == 2;
    }

    /** The owner of a token; 401 if it is not valid, 403 if its owner has no scope, 503 if it can't be checked. */
    public TokenOwner owner(String token) {
        if (token.length() > LONGEST) {
            throw TokenErrors.invalid("The token has more than " + LONGEST + " characters.");
        }
        JWTClaimsSet valid = validClaims(token);
        return new TokenOwner(claims.principal(valid), valid.getExpirationTime().toInstant());
    }

    private JWTClaimsSet validClaims(String token) {
        try {
            return processor.process(SignedJWT.parse(token), null);
        } catch (ParseException e) {
            throw TokenErrors.invalid("The token is not a signed JWT.");
        } catch (ExpiredJWTException e) {
            throw TokenErrors.invalid("The token has expired.");
        } catch (BadJWTException e) {
            throw wrongClaims(token);
        } catch (BadJOSEException e) {
            throw TokenErrors.invalid("The signature, the key or the algorithm of the token is not accepted.");
        } catch (RateLimitReachedException e) {
            if (keys.isFailing()) {
                throw TokenErrors.unavailable(e);
            }
            throw TokenErrors.invalid("The signature, the key or the algorithm of the token is not accepted.");
        } catch (JOSEException e) {
            throw TokenErrors.unavailable(e);
        }
    }

    /** The signature was checked before. */
    private NeriumException wrongClaims(String token) {
        try {
            JWTClaimsSet wrong = SignedJWT.parse(token).getJWTClaimsSet();
            if (!config.issuer().equals(wrong.getIssuer())) {
                return TokenErrors.invalid("The issuer of the token is not " + config.issuer() + ".");
            }
            if (!wrong.getAudience().contains(config.audience())) {
                return TokenErrors.invalid("The audience of the token is not " + config.audience() + ".");
            }
            boolean isEarly = Optional.ofNullable(wrong.getNotBeforeTime())
                    .filter(start -> start.toInstant().isAfter(Instant.now()))
                    .isPresent();
            return TokenErrors.invalid(
                    isEarly ? "The token is not valid yet." : "The token lacks a claim: sub and exp are required.");
        } catch (ParseException e) {
            return TokenErrors.invalid("The claims of the token can't be read.");
        }
    }
}
