package dev.nerium.http.connection;

import dev.nerium.config.ConfigException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of new connections. Its files are compared by their content, so that each way to replace them is noticed: a write, a
 * rename, or another target of a link. Thread-safe.
 */
public final class TlsReloader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsReloader.class);
    private static final long PERIOD_SECONDS = 2;

    private final Path certificate;
    private final Path key;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("tls-files").daemon().factory());
    private TlsFiles files;
    private String problem = "";
    private volatile SSLContext context;

    private TlsReloader(Path certificate, Path key) {
        this.certificate = certificate;
        this.key = key;
        this.files = TlsFiles.read(certificate, key);
        this.context = files.context();
        warnIfExpired();
    }

    /** Fails if the files are not a certificate and its key. */
    public static TlsReloader start(Path certificate, Path key) {
        TlsReloader reloader = new TlsReloader(certificate, key);
        var _ = reloader.clock.scheduleWithFixedDelay(reloader::look, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
        return reloader;
    }

    SSLContext context() {
        return context;
    }

    private void look() {
        try {
            TlsFiles now = TlsFiles.read(certificate, key);
            if (!now.isSame(files)) {
                context = now.context();
                files = now;
                LOG.info("A new certificate in {} was loaded. It is valid until {}", certificate, now.end());
                warnIfExpired();
            }
            problem = "";
        } catch (ConfigException e) {
            report(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("The files of the certificate can't be checked", e);
        }
    }

    private void warnIfExpired() {
        if (files.end().isBefore(Instant.now())) {
            LOG.warn("The certificate in {} expired at {}: clients refuse it", certificate, files.end());
        }
    }

    /** Reports each problem once, and only if it lasts: two files can't be replaced at the same time. */
    private void report(String message) {
        if (problem.equals(message)) {
            return;
        }
        boolean lasts = problem.equals("?" + message);
        problem = lasts ? message : "?" + message;
        if (lasts) {
            LOG.error("The new certificate is not used, and the one before it is kept: {}", message);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
