package dev.nerium.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.nerium.auth.Scope;
import dev.nerium.auth.oidc.AccessTokens;
import dev.nerium.auth.oidc.TokenOwner;
import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of a provider: which are accepted, and whose they are. */
class AccessTokensTest {
    private static final String NOT_SIGNED = "The token is not a signed JWT.";
    private static final String SIGNATURE = "The signature, the key or the algorithm of the token is not accepted.";

    @TempDir
    private Path home = Path.of("");

    private TestProvider provider;
    private AccessTokens tokens;

    @BeforeEach
    void start() {
        provider = TestProvider.start();
        tokens = tokens(Map.of());
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void aTokenHasAnOwnerWithTheScopeAndTheGroupsOfItsClaims() {
        TokenOwner owner = tokens.owner(provider.token("alice", "analysts", "loaders", "/a/path", "x y"));

        assertThat(owner.principal().keyId()).matches("oidc-[0-9a-f]{32}");
        assertThat(owner.principal().name()).isEqualTo("oidc:alice");
        assertThat(owner.principal().scope()).isEqualTo(Scope.WRITE);
        assertThat(owner.principal().groups()).containsExactlyInAnyOrder("analysts", "loaders");
        assertThat(owner.end()).isAfter(Instant.now());
    }

    @Test
    void theIdDependsOnIssuerAndSubjectOnly() {
        String first = id(provider.token("alice", "analysts"));

        assertThat(id(provider.token("alice", "platform"))).isEqualTo(first);
        assertThat(id(provider.token(claims -> claims.claim("preferred_username", "bob"))))
                .isEqualTo(first);
        assertThat(id(provider.token("bob", "analysts"))).isNotEqualTo(first);
        try (TestProvider other = TestProvider.start()) {
            AccessTokens ofOther =
                    AccessTokens.of(config(other.settings()).oidc(), home).orElseThrow();
            assertThat(ofOther.owner(other.token("alice", "analysts"))
                            .principal()
                            .keyId())
                    .isNotEqualTo(first);
        }
    }

    @Test
    void namesAreOneLineOfBoundedLength() {
        assertThat(name(provider.token(claims -> claims.claim("preferred_username", "a\nb\u001b[31mc"))))
                .isEqualTo("oidc:a b\uFFFD[31mc");
        assertThat(name(provider.token(claims -> claims.claim("preferred_username", "x".repeat(5000)))))
                .hasSize(5 + 64 + 1);
        assertThat(name(provider.token(claims -> claims.claim("preferred_username", null))))
                .isEqualTo("oidc:alice");
        assertThat(name(provider.token(claims -> claims.claim("preferred_username", 7))))
                .isEqualTo("oidc:alice");
        assertThat(name(provider.token(claims -> claims.claim("preferred_username", " "))))
                .isEqualTo("oidc:alice");
    }

    @Test
    void forgedTokensAreRefused() throws JOSEException {
        JWTClaimsSet claims =
                provider.claims("alice").claim("groups", List.of("platform")).build();
        RSAKey own = provider.key();
        byte[] der = own.toRSAPublicKey().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END PUBLIC KEY-----\n";
        RSAKey attackers = TestProvider.newKey("k1");
        String[] valid = provider.sign(claims).split("\\.", -1);
        String raised = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims.toString().replace("alice", "admin").getBytes(StandardCharsets.UTF_8));

        assertRefused(new PlainJWT(claims).serialize(), NOT_SIGNED);
        assertRefused(hmac(der, claims), SIGNATURE);
        assertRefused(hmac(pem.getBytes(StandardCharsets.US_ASCII), claims), SIGNATURE);
        assertRefused(TestProvider.sign(attackers, claims), SIGNATURE);
        // Keys that a token brings or points to.
        assertRefused(TestProvider.sign(attackers, header().jwk(attackers.toPublicJWK()), claims), SIGNATURE);
        assertRefused(
                TestProvider.sign(attackers, header().jwkURL(URI.create("https://evil.example.com/keys")), claims),
                SIGNATURE);
        assertRefused(
                TestProvider.sign(own, header().criticalParams(Set.of("exp")).customParam("exp", 1), claims),
                SIGNATURE);
        assertRefused(TestProvider.sign(own, header().type(new JOSEObjectType("dpop+jwt")), claims), SIGNATURE);
        assertRefused(valid[0] + "." + raised + "." + valid[2], SIGNATURE);
        assertRefused(valid[0] + "." + valid[1] + ".", NOT_SIGNED);
        assertRefused("ey..", NOT_SIGNED);
        assertRefused("eyJhbGciOiJSUzI1NiJ9.!!.AA", "The claims of the token can't be read.");
        assertThat(tokens.owner(provider.sign(claims)).principal().scope()).isEqualTo(Scope.ADMIN);
    }

    @Test
    void claimsOfOthersAndOfOtherTimesAreRefused() {
        Instant now = Instant.now();

        assertRefused(
                provider.token(claims -> claims.issuer("https://other.example.com")),
                "The issuer of the token is not " + provider.issuer() + ".");
        assertRefused(
                provider.token(claims -> claims.issuer(provider.issuer() + "/")),
                "The issuer of the token is not " + provider.issuer() + ".");
        assertRefused(provider.token(claims -> claims.audience("account")), "The audience of the token is not nerium.");
        assertRefused(
                provider.token(claims -> claims.audience((String) null)), "The audience of the token is not nerium.");
        assertRefused(
                provider.token(claims -> claims.expirationTime(Date.from(now.minusSeconds(60)))),
                "The token has expired.");
        assertRefused(
                provider.token(claims -> claims.notBeforeTime(Date.from(now.plusSeconds(120)))),
                "The token is not valid yet.");
        assertRefused(
                provider.token(claims -> claims.expirationTime(null)),
                "The token lacks a claim: sub and exp are required.");
        assertRefused(
                provider.token(claims -> claims.subject(null)), "The token lacks a claim: sub and exp are required.");
        assertRefused(provider.token(claims -> claims.subject(" ")), "The claim sub of the token is empty.");
        // Clocks differ by some seconds.
        assertThat(name(provider.token(claims -> claims.expirationTime(Date.from(now.minusSeconds(5))))))
                .isEqualTo("oidc:alice");
        assertThat(name(provider.token(claims -> claims.audience(List.of("account", "nerium")))))
                .isEqualTo("oidc:alice");
    }

    @Test
    void aHugeTokenIsRefusedBeforeItIsParsed() {
        assertRefused(
                provider.token(claims -> claims.claim("padding", "x".repeat(20_000))),
                "The token has more than 16384 characters.");
        assertThat(provider.fetches()).isZero();
    }

    @Test
    void theGroupsClaimIsAListOrOneText() {
        assertThat(groups(provider.token(claims -> claims.claim("groups", "analysts"))))
                .containsExactly("analysts");
        for (Object wrong : List.of(7, true, Map.of("analysts", 1), List.of("analysts", 7), manyGroups())) {
            assertRefused(
                    provider.token(claims -> claims.claim("groups", wrong)),
                    "The claim groups of the token is neither a text nor a list of at most 500 texts.");
        }
    }

    @Test
    void aTokenWithoutAScopeIsForbiddenUnlessThereIsADefault() {
        for (String token : List.of(
                provider.token("alice"),
                provider.token("alice", "ANALYSTS", "analysts "),
                provider.token(claims -> claims.claim("groups", null)))) {
            NeriumException refused = catchThrowableOfType(NeriumException.class, () -> tokens.owner(token));
            assertThat(refused.code()).isEqualTo(ErrorCode.FORBIDDEN);
            assertThat(refused)
                    .hasMessage(
                            "The token of 'oidc:alice' has no scope: its owner is in none of the groups of oidc.scope-of-groups.");
        }

        tokens = tokens(Map.of("oidc.default-scope", "read"));
        assertThat(tokens.owner(provider.token("alice")).principal().scope()).isEqualTo(Scope.READ);
        assertThat(tokens.owner(provider.token("alice", "platform")).principal().scope())
                .isEqualTo(Scope.ADMIN);
    }

    @Test
    void theGroupsClaimMayBeInsideOfAnotherOrHaveDotsInItsName() {
        tokens = tokens(Map.of("oidc.groups-claim", "realm_access.roles"));
        assertThat(groups(provider.token(claims -> claims.claim("realm_access", Map.of("roles", List.of("analysts"))))))
                .containsExactly("analysts");
        assertThat(groups(provider.token(claims -> claims.claim("realm_access.roles", List.of("loaders")))))
                .containsExactly("loaders");
        assertThatThrownBy(() -> tokens.owner(provider.token(claims -> claims.claim("realm_access", "analysts"))))
                .hasMessageContaining("has no scope");
    }

    @Test
    void keysOfEllipticCurvesAreAccepted() throws JOSEException {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("e1").generate();
        provider.serveKeys(exchange -> TestProvider.send(exchange, 200, new JWKSet(key.toPublicJWK()).toString()));
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .keyID("e1")
                        .type(new JOSEObjectType("at+jwt"))
                        .build(),
                provider.claims("alice").claim("groups", "analysts").build());
        token.sign(new ECDSASigner(key));

        assertThat(name(token.serialize())).isEqualTo("oidc:alice");
    }

    @Test
    void aNewKeyOfTheProviderIsFetched() {
        assertThat(name(provider.token("alice", "analysts"))).isEqualTo("oidc:alice");
        String old = provider.token("alice", "analysts");

        provider.rotate();

        assertThat(name(provider.token("alice", "analysts"))).isEqualTo("oidc:alice");
        assertRefused(old, SIGNATURE);
    }

    @Test
    void aFloodOfUnknownKeysCausesNoFetchPerTokenAndStopsNobody() {
        String valid = provider.token("alice", "analysts");
        assertThat(name(valid)).isEqualTo("oidc:alice");
        RSAKey attackers = TestProvider.newKey("x");
        Instant begin = Instant.now();

        for (int i = 0; i < 200; i++) {
            assertRefused(
                    TestProvider.sign(
                            attackers,
                            header().keyID(UUID.randomUUID().toString()),
                            provider.claims("alice").build()),
                    SIGNATURE);
            assertThat(name(valid)).isEqualTo("oidc:alice");
        }

        // Two in each half minute, beside the first one.
        long halfMinutes = Duration.between(begin, Instant.now()).toSeconds() / 30;
        assertThat((long) provider.fetches()).isLessThanOrEqualTo(3 + 2 * halfMinutes);
    }

    @Test
    void tokensWaitUntilTheProviderRespondsAgain() {
        provider.serveKeys(exchange -> TestProvider.send(exchange, 500, ""));
        String token = provider.token("alice", "analysts");
        assertUnavailable(token);

        provider.serveKeys(exchange ->
                TestProvider.send(exchange, 200, new JWKSet(provider.key().toPublicJWK()).toString()));

        assertThat(name(token)).isEqualTo("oidc:alice");
    }

    @Test
    void aProviderThatFailsIsNotAskedForEachToken() {
        provider.serveKeys(exchange -> TestProvider.send(exchange, 500, ""));
        for (int i = 0; i < 20; i++) {
            assertUnavailable(provider.token("alice", "analysts"));
        }

        assertThat(provider.fetches()).isLessThanOrEqualTo(3);
    }

    @Test
    void badAnswersOfTheProviderAreNotUsed() {
        String token = provider.token("alice", "analysts");
        String evil = provider.keysUrl();
        provider.serveKeys(exchange -> {
            exchange.getResponseHeaders().add("Location", provider.issuer());
            TestProvider.send(exchange, 302, "");
        });
        assertUnavailable(token);

        for (String metadata : List.of(
                provider.metadata("http://example.com/keys"),
                provider.metadata("file:///etc/passwd"),
                provider.metadata(":"),
                provider.metadata(evil).replace(provider.issuer(), "https://other.example.com"),
                "[]",
                "{")) {
            provider.serveMetadata(exchange -> TestProvider.send(exchange, 200, metadata));
            tokens = tokens(Map.of());
            assertUnavailable(token);
        }
        assertThat(provider.fetches()).isEqualTo(1);
    }

    @Test
    void anEndlessAnswerEndsAtItsLargestSize() {
        CountDownLatch ended = new CountDownLatch(1);
        provider.serveKeys(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write(new byte[8192]);
                }
            } catch (IOException e) {
                ended.countDown();
            }
        });

        assertUnavailable(provider.token("alice", "analysts"));
        assertThat(ended).satisfies(CountDownLatch::await);
    }

    @Test
    void aSilentProviderDoesNotHoldARequestForever() {
        CountDownLatch closed = new CountDownLatch(1);
        provider.serveKeys(exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            assertUnavailable(provider.token("alice", "analysts"));
        } finally {
            closed.countDown();
        }
    }

    @Test
    void theUrlOfTheKeysCanBeConfigured() {
        provider.serveMetadata(exchange -> TestProvider.send(exchange, 404, ""));
        tokens = tokens(Map.of("oidc.jwks-url", provider.keysUrl()));

        assertThat(name(provider.token("alice", "analysts"))).isEqualTo("oidc:alice");
    }

    @Test
    void aProviderWithACertificateOfItsOwnNeedsTheFileOfItsAuthority() throws Exception {
        KeyStore store = certificate("provider");
        Files.writeString(home.resolve("ca.pem"), pem(store));
        Files.writeString(home.resolve("other.pem"), pem(certificate("other")));
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(context(store)));
        try (TestProvider secure = TestProvider.start(https)) {
            String token = secure.token("alice", "analysts");

            for (Map<String, String> untrusted :
                    List.of(Map.<String, String>of(), Map.of("oidc.ca-file", "other.pem"))) {
                tokens = AccessTokens.of(config(secure.settings(untrusted)).oidc(), home)
                        .orElseThrow();
                assertUnavailable(token);
            }
            assertThat(secure.fetches()).isZero();
            tokens = AccessTokens.of(
                            config(secure.settings(Map.of("oidc.ca-file", "ca.pem")))
                                    .oidc(),
                            home)
                    .orElseThrow();
            assertThat(name(token)).isEqualTo("oidc:alice");
        }
    }

    @Test
    void wrongSettingsAreNamed() throws IOException {
        Files.writeString(home.resolve("empty.pem"), "");
        Map<String, String> messages = Map.of(
                "oidc.issuer=http://login.example.com",
                "oidc.issuer is 'http://login.example.com': it must be a URL with https, or with http on localhost, without a query",
                "oidc.issuer=https://a@login.example.com",
                "it must be a URL with https",
                "oidc.issuer=https://login.example.com?a=b",
                "it must be a URL with https",
                "oidc.issuer=nowhere",
                "it must be a URL with https",
                "oidc.audience=",
                "oidc.audience is empty: it must name the audience of tokens for this server",
                "oidc.jwks-url=file:/keys",
                "oidc.jwks-url is 'file:/keys'",
                "oidc.default-scope=all",
                "oidc.default-scope is 'all': it must be one of read, write, admin",
                "oidc.scope-of-groups.analysts=owner",
                "oidc.scope-of-groups.analysts is 'owner': it must be one of read, write, admin",
                "oidc.ca-file=none.pem",
                "none.pem': the certificates can't be read",
                "oidc.ca-file=empty.pem",
                "the file has no certificate");
        messages.forEach((setting, message) -> {
            String[] parts = setting.split("=", 2);
            assertThatThrownBy(() -> tokens(Map.of(parts[0], parts[1])))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(message);
        });
        assertThatThrownBy(() -> config(Map.of("oidc.issuer", "https://login.example.com", "oidc.audience", "nerium")))
                .hasMessageContaining("oidc.scope-of-groups and oidc.default-scope are empty");
        assertThat(AccessTokens.of(config(Map.of()).oidc(), home)).isEmpty();
    }

    private static JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1");
    }

    private static String hmac(byte[] secret, JWTClaimsSet claims) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), claims);
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    private static List<String> manyGroups() {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 501; i++) {
            many.add("g" + i);
        }
        return many;
    }

    private NeriumConfig config(Map<String, String> settings) {
        return NeriumConfig.load(home, settings, Map.of());
    }

    private AccessTokens tokens(Map<String, String> more) {
        return AccessTokens.of(config(provider.settings(more)).oidc(), home).orElseThrow();
    }

    private String id(String token) {
        return tokens.owner(token).principal().keyId();
    }

    private String name(String token) {
        return tokens.owner(token).principal().name();
    }

    private Set<String> groups(String token) {
        return tokens.owner(token).principal().groups();
    }

    private void assertRefused(String token, String reason) {
        NeriumException refused = catchThrowableOfType(NeriumException.class, () -> tokens.owner(token));
        assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(refused).hasMessage("Unauthorized");
        assertThat(refused.details()).contains(reason);
    }

    private void assertUnavailable(String token) {
        NeriumException refused = catchThrowableOfType(NeriumException.class, () -> tokens.owner(token));
        assertThat(refused.code()).isEqualTo(ErrorCode.ISSUER_UNAVAILABLE);
        assertThat(refused)
                .hasMessage(
                        "The OpenID provider (oidc.issuer) can't be reached, so tokens can't be checked. Try again later, or use a key.");
    }

    private KeyStore certificate(String name) throws IOException, InterruptedException, GeneralSecurityException {
        Path file = home.resolve(name + ".p12");
        int exit = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        // It is short-lived: code that is compiled once is soonest done.
                        "-J-XX:TieredStopAtLevel=1",
                        "-J-XX:+UseSerialGC",
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:localhost",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("keytool.log").toFile())
                .start()
                .waitFor();
        assertThat(exit).as(Files.readString(home.resolve("keytool.log"))).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, "changeit".toCharArray());
        }
        return store;
    }

    private static String pem(KeyStore store) throws GeneralSecurityException {
        byte[] der = store.getCertificate(store.aliases().nextElement()).getEncoded();
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END CERTIFICATE-----\n";
    }

    private static SSLContext context(KeyStore store) throws GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
