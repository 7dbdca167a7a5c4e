package dev.nerium.auth.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import dev.nerium.config.OidcConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The public keys of a provider, fetched by each call. Thread-safe. */
final class ProviderKeys implements JWKSetSource<SecurityContext> {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderKeys.class);
    private static final String METADATA = "/.well-known/openid-configuration";

    private final OidcConfig config;
    private final ProviderClient client;
    private final ObjectMapper json = new ObjectMapper();
    private volatile boolean failing;

    ProviderKeys(OidcConfig config, ProviderClient client) {
        this.config = config;
        this.client = client;
    }

    /** Whether the last fetch failed. */
    boolean isFailing() {
        return failing;
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator evaluator, long now, @Nullable SecurityContext context)
            throws KeySourceException {
        try {
            JWKSet keys = JWKSet.parse(new String(client.get(url()), StandardCharsets.UTF_8));
            failing = false;
            return keys;
        } catch (IOException | ParseException e) {
            failing = true;
            LOG.warn("The keys of the OpenID provider {} can't be fetched: {}", config.issuer(), e.toString());
            throw new JWKSetUnavailableException("no keys", e);
        }
    }

    private URI url() throws IOException {
        if (!config.jwksUrl().isEmpty()) {
            return URI.create(config.jwksUrl());
        }
        String base = config.issuer().endsWith("/")
                ? config.issuer().substring(0, config.issuer().length() - 1)
                : config.issuer();
        JsonNode metadata = json.readTree(client.get(URI.create(base + METADATA)));
        if (!metadata.path("issuer").asText().equals(config.issuer())) {
            throw new IOException("its metadata has another issuer");
        }
        try {
            URI url = URI.create(metadata.path("jwks_uri").asText());
            if (OidcConfig.isSafe(url)) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("its metadata has no valid jwks_uri", e);
        }
        throw new IOException("the jwks_uri of its metadata is neither https nor on this machine");
    }

    @Override
    public void close() {
        // Each fetch closes its connections.
    }
}
