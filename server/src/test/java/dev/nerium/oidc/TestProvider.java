package dev.nerium.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** An OpenID provider of the tests' own, which signs every token that a test wants, and can behave badly. */
final class TestProvider implements AutoCloseable {
    static final String AUDIENCE = "nerium";

    private static final RSAKey FIRST_KEY = newKey("k1");

    private final HttpServer http;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile RSAKey key = FIRST_KEY;
    private volatile HttpHandler metadata = exchange -> send(exchange, 200, metadata(keysUrl()));
    private volatile HttpHandler keys = exchange -> send(exchange, 200, new JWKSet(key.toPublicJWK()).toString());

    private TestProvider(HttpServer http) {
        this.http = http;
    }

    static TestProvider start() {
        try {
            return start(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TestProvider start(HttpServer http) {
        TestProvider provider = new TestProvider(http);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/realm/.well-known/openid-configuration", exchange -> provider.metadata.handle(exchange));
        http.createContext("/keys", exchange -> {
            provider.fetches.incrementAndGet();
            provider.keys.handle(exchange);
        });
        http.start();
        return provider;
    }

    String issuer() {
        return base() + "/realm";
    }

    String keysUrl() {
        return base() + "/keys";
    }

    private String base() {
        String scheme = http instanceof com.sun.net.httpserver.HttpsServer ? "https" : "http";
        return scheme + "://localhost:" + http.getAddress().getPort();
    }

    /** Settings of a server that accepts its tokens; owners in the group {@code analysts} may read, in {@code platform} all. */
    Map<String, String> settings() {
        return Map.of(
                "oidc.issuer",
                issuer(),
                "oidc.audience",
                AUDIENCE,
                "oidc.scope-of-groups.analysts",
                "read",
                "oidc.scope-of-groups.loaders",
                "write",
                "oidc.scope-of-groups.platform",
                "admin");
    }

    Map<String, String> settings(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(settings());
        all.putAll(more);
        return all;
    }

    /** Number of times that its keys were fetched. */
    int fetches() {
        return fetches.get();
    }

    RSAKey key() {
        return key;
    }

    /** Replaces its key, as a provider does from time to time. */
    void rotate() {
        key = newKey("k2");
    }

    void serveMetadata(HttpHandler handler) {
        metadata = handler;
    }

    void serveKeys(HttpHandler handler) {
        keys = handler;
    }

    String metadata(String keysUrl) {
        return "{\"issuer\": \"%s\", \"jwks_uri\": \"%s\"}".formatted(issuer(), keysUrl);
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** A valid token of a member of groups. */
    String token(String subject, String... groups) {
        return sign(claims(subject).claim("groups", List.of(groups)).build());
    }

    /** A token of {@code alice} in the group {@code analysts}, with changed claims. */
    String token(UnaryOperator<JWTClaimsSet.Builder> change) {
        return sign(change.apply(claims("alice").claim("groups", List.of("analysts")))
                .build());
    }

    JWTClaimsSet.Builder claims(String subject) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(issuer())
                .audience(AUDIENCE)
                .subject(subject)
                .claim("preferred_username", subject)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofHours(1))));
    }

    String sign(JWTClaimsSet claims) {
        return sign(key, claims);
    }

    static String sign(RSAKey key, JWTClaimsSet claims) {
        return sign(key, new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()), claims);
    }

    static String sign(RSAKey key, JWSHeader.Builder header, JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(header.build(), claims);
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static RSAKey newKey(String id) {
        try {
            return new RSAKeyGenerator(2048)
                    .keyID(id)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
