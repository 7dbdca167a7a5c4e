package dev.nerium.http.common;

import dev.nerium.audit.Actor;
import dev.nerium.audit.Audit;
import dev.nerium.audit.AuditAction;
import dev.nerium.audit.AuditChange;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Principal;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;

/** Finds out whose bearer token a request carries. */
public final class Authentication {
    private static final String BEARER = "bearer ";

    private final Keys keys;
    private final FailedKeys failures;
    private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
    private static final String RECORDED = "denial-is-recorded";

    private final ClientAddresses addresses;
    private final Audit audit;

    public Authentication(Keys keys, FailedKeys failures, ClientAddresses addresses, Audit audit) {
        this.keys = keys;
        this.failures = failures;
        this.addresses = addresses;
        this.audit = audit;
    }

    /** The owner of the request's key, or a 401; a 429 if its address sent many requests without a valid key. */
    public Principal principal(ServerRequest request) {
        Principal principal = principal(request, token(request));
        request.context().register(principal);
        request.context().register(this);
        return principal;
    }

    /** Makes a change that an authenticated request asks for, and records it. */
    public <T> T record(ServerRequest request, AuditAction action, String object, Supplier<T> work) {
        return record(request, action, object, work, _ -> "");
    }

    /** @param failure the code of a result that is a failure, else an empty text */
    public <T> T record(
            ServerRequest request, AuditAction action, String object, Supplier<T> work, Function<T, String> failure) {
        try {
            return audit.record(new AuditChange(actor(request), action, object), work, failure);
        } catch (NeriumException e) {
            request.context().register(RECORDED, true);
            throw e;
        }
    }

    /** Records that a request was refused because its key lacks a right, unless that is the outcome of a change. */
    void recordDenial(ServerRequest request) {
        if (!request.context().get(RECORDED, Boolean.class).orElse(false)) {
            // A path may have anything in it, also the text of a key.
            String route = request.prologue().method().text() + " "
                    + request.matchingPattern().orElse("");
            audit.denied(new AuditChange(actor(request), AuditAction.REQUEST_DENIED, route));
        }
    }

    private Actor actor(ServerRequest request) {
        return Actor.of(
                authenticated(request),
                addresses.of(request).getHostAddress(),
                request.headers().first(REQUEST_ID).orElse(""));
    }

    /** The owner of the key of a request that was authenticated before. */
    public static Principal authenticated(ServerRequest request) {
        return request.context().get(Principal.class).orElseThrow();
    }

    /** The owner of a key that is in another part of the request, or a 401 or 429. */
    public Principal principal(ServerRequest request, String key) {
        // Valid keys are accepted from each address: behind a proxy or NAT, it is that of many clients.
        return keys.authenticate(key).orElseThrow(() -> refusal(request));
    }

    /** Fails if the request has the secret that a rotation replaced, and that is accepted for a while only. */
    public void requireLastSecret(ServerRequest request, String purpose) {
        if (keys.isFormer(token(request))) {
            throw new NeriumException(
                    ErrorCode.FORBIDDEN,
                    "The request has the former secret of a key that was rotated: %s needs its new secret."
                            .formatted(purpose));
        }
    }

    private static String token(ServerRequest request) {
        String header = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
        return header.toLowerCase(Locale.ROOT).startsWith(BEARER)
                ? header.substring(BEARER.length()).strip()
                : "";
    }

    /** Whether the key of a request is still valid, because a response may take long. */
    public boolean isUsable(Principal principal) {
        return keys.isUsable(principal);
    }

    private NeriumException refusal(ServerRequest request) {
        InetAddress address = addresses.of(request);
        audit.failedLogin(new AuditChange(
                Actor.unknown(address.getHostAddress()), AuditAction.LOGIN_FAILED, address.getHostAddress()));
        return failures.count(address)
                .map(NeriumException::failedKeys)
                .orElseGet(() -> new NeriumException(ErrorCode.UNAUTHORIZED, "Unauthorized"));
    }
}
