package dev.nerium.auth.oidc;

import dev.nerium.config.ConfigException;
import dev.nerium.config.OidcConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Fetches small documents of a provider: follows no redirects, and bounds their size and the time.
 *
 * @param trust empty for the authorities that Java trusts
 */
record ProviderClient(Optional<SSLContext> trust) {
    /** For one document, with its body. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int LARGEST = 512 * 1024;
    private static final int OK = 200;

    static ProviderClient of(OidcConfig config, Path home) {
        return new ProviderClient(
                config.caFile().isEmpty() ? Optional.empty() : Optional.of(trust(home.resolve(config.caFile()))));
    }

    byte[] get(URI url) throws IOException {
        // A client per document: they are rare, and threads and connections end with it.
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(PATIENCE).followRedirects(HttpClient.Redirect.NEVER);
        trust.ifPresent(builder::sslContext);
        HttpRequest request =
                HttpRequest.newBuilder(url).header("Accept", "application/json").build();
        try (HttpClient client = builder.build()) {
            CompletableFuture<HttpResponse<byte[]>> response =
                    client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST));
            try {
                return body(url, response.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                throw new IOException(url + " did not respond within " + PATIENCE.toSeconds() + " s", e);
            } catch (ExecutionException e) {
                throw new IOException(url + " can't be fetched: " + e.getCause(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            } finally {
                client.shutdownNow();
            }
        }
    }

    private static byte[] body(URI url, HttpResponse<byte[]> response) throws IOException {
        if (response.statusCode() != OK) {
            throw new IOException(url + " responded with the status " + response.statusCode());
        }
        return response.body();
    }

    private static SSLContext trust(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new ConfigException("oidc.ca-file is '" + file + "': the file has no certificate");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigException("oidc.ca-file is '" + file + "': the certificates can't be read (" + e + ")");
        }
    }
}
