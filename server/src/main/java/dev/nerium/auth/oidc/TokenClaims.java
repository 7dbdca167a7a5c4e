package dev.nerium.auth.oidc;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.nerium.auth.Groups;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.OidcConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the owner of a token from its claims. */
record TokenClaims(OidcConfig config) {
    private static final String NAME = "oidc:";
    private static final int LONGEST_NAME = 64;
    private static final int ID_BYTES = 16;

    /** More than the keys of {@link Groups} have: a provider lists all groups of a person. */
    private static final int MOST_GROUPS = 500;

    Principal principal(JWTClaimsSet claims) {
        String subject = claims.getSubject();
        if (subject.isBlank()) {
            throw TokenErrors.invalid("The claim sub of the token is empty.");
        }
        String name =
                name(claims.getClaim(config.nameClaim()) instanceof String text && !text.isBlank() ? text : subject);
        List<String> groups = groups(claims.getClaims());
        Scope scope = scope(groups)
                .orElseThrow(() -> new NeriumException(
                        ErrorCode.FORBIDDEN,
                        "The token of '%s' has no scope: its owner is in none of the groups of oidc.scope-of-groups."
                                .formatted(name)));
        return new Principal(
                id(subject),
                name,
                scope,
                groups.stream().filter(Groups::isName).collect(Collectors.toUnmodifiableSet()));
    }

    /** The same for each token of an owner, and in no other form that ids have. */
    private String id(String subject) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((config.issuer() + "\n" + subject).getBytes(StandardCharsets.UTF_8));
            return Principal.TOKEN_ID + HexFormat.of().formatHex(digest, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With a prefix that no name of a key has, in one line. */
    private static String name(String claim) {
        return NAME + PlainText.of(claim.replaceAll("\\s", " "), LONGEST_NAME);
    }

    private Optional<Scope> scope(List<String> groups) {
        Stream<String> ofGroups = groups.stream()
                .flatMap(group -> Optional.ofNullable(config.scopeOfGroups().get(group)).stream());
        Stream<String> all = Stream.concat(ofGroups, Stream.of(config.defaultScope()));
        return all.filter(scope -> !scope.isEmpty())
                .map(scope -> Scope.valueOf(scope.toUpperCase(Locale.ROOT)))
                .max(Scope::compareTo);
    }

    private List<String> groups(Map<String, Object> claims) {
        return switch (groupsClaim(claims)) {
            case null -> List.of();
            case String one -> List.of(one);
            case List<?> list when list.size() <= MOST_GROUPS -> texts(list);
            default -> throw wrongGroups();
        };
    }

    private List<String> texts(List<?> list) {
        List<String> texts = new ArrayList<>();
        for (Object item : list) {
            if (!(item instanceof String text)) {
                throw wrongGroups();
            }
            texts.add(text);
        }
        return texts;
    }

    /** The claim with exactly this name, which may have dots, or else the one to which the dots lead. */
    private @Nullable Object groupsClaim(Map<String, Object> claims) {
        Object named = claims.get(config.groupsClaim());
        if (named != null) {
            return named;
        }
        Object inner = claims;
        for (String part : config.groupsClaim().split("\\.", -1)) {
            if (!(inner instanceof Map<?, ?> object)) {
                return null;
            }
            inner = object.get(part);
        }
        return inner;
    }

    private NeriumException wrongGroups() {
        return TokenErrors.invalid("The claim %s of the token is neither a text nor a list of at most %d texts."
                .formatted(config.groupsClaim(), MOST_GROUPS));
    }
}
