package dev.nerium.http.common;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nerium.config.DurationFormat;
import dev.nerium.config.HttpConfig.FailedKeysConfig;
import dev.nerium.config.IpNetwork;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts requests without a valid key by address, for a limit of such requests. It saves work and lines of logs, and never refuses a
 * valid key: an address may be that of a proxy with many clients. Its memory is bounded. Thread-safe.
 */
public final class FailedKeys {
    private static final Logger LOG = LoggerFactory.getLogger(FailedKeys.class);
    private static final long WARN_NANOS = Duration.ofMinutes(1).toNanos();

    /** A flood from more addresses than that is not one client any more. */
    private static final int MOST_ADDRESSES = 10_000;

    private final FailedKeysConfig config;
    private final LongSupplier nanos;
    private final Cache<IpNetwork, Window> windows;
    private final AtomicLong warned;

    /** @param end of the window, in the time of the clock */
    private record Window(int failures, long end) {}

    public FailedKeys(FailedKeysConfig config) {
        this(config, System::nanoTime);
    }

    FailedKeys(FailedKeysConfig config, LongSupplier nanos) {
        this.config = config;
        this.nanos = nanos;
        this.windows = Caffeine.newBuilder()
                .maximumSize(MOST_ADDRESSES)
                .expireAfterWrite(config.window())
                .ticker(nanos::getAsLong)
                .build();
        this.warned = new AtomicLong(nanos.getAsLong() - WARN_NANOS);
    }

    /** Counts a request. The result is the time until the end of the window, if the request is over the limit. */
    Optional<Duration> count(InetAddress address) {
        if (config.limit() == 0) {
            return Optional.empty();
        }
        long now = nanos.getAsLong();
        Window window = windows.asMap().compute(IpNetwork.ofClient(address), (_, known) -> next(known, now));
        if (window.failures() <= config.limit()) {
            return Optional.empty();
        }
        warn(address, now);
        return Optional.of(Duration.ofNanos(window.end() - now));
    }

    /** Number of addresses in memory. */
    long addresses() {
        windows.cleanUp();
        return windows.estimatedSize();
    }

    private Window next(@Nullable Window known, long now) {
        return known == null || known.end() - now <= 0
                ? new Window(1, now + config.window().toNanos())
                : new Window(Math.min(known.failures() + 1, config.limit() + 1), known.end());
    }

    private void warn(InetAddress address, long now) {
        long last = warned.get();
        if (now - last >= WARN_NANOS && warned.compareAndSet(last, now)) {
            LOG.warn(
                    "{} sent more than {} requests without a valid key in {}: it gets a 429 for such requests (http.failed-keys). At most one line per minute shows this.",
                    address.getHostAddress(),
                    config.limit(),
                    DurationFormat.format(config.window()));
        }
    }
}
