package dev.nerium.lake.catalog;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.catalog.LakeCatalog.CatalogState;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.iceberg.catalog.Catalog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way to a catalog, opened at the first question by one thread for all that wait. Thread-safe. */
final class CatalogConnection {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogConnection.class);

    private final Supplier<Catalog> opening;
    private final Duration timeout;
    private final AtomicReference<@Nullable CompletableFuture<Catalog>> opened = new AtomicReference<>();
    private volatile CatalogState state = CatalogState.UNUSED;

    CatalogConnection(Supplier<Catalog> opening, Duration timeout) {
        this.opening = opening;
        this.timeout = timeout;
    }

    CatalogState state() {
        return state;
    }

    void answered() {
        state = CatalogState.UP;
    }

    void failed() {
        state = CatalogState.DOWN;
    }

    Catalog catalog() {
        CompletableFuture<Catalog> future = begun();
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new NeriumException(
                    ErrorCode.CATALOG_ERROR, "The catalog could not be opened in " + timeout.toSeconds() + " s.");
        } catch (ExecutionException e) {
            // The next request opens it again.
            opened.compareAndSet(future, null);
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a catalog was opened", e);
        }
    }

    private CompletableFuture<Catalog> begun() {
        CompletableFuture<Catalog> mine = new CompletableFuture<>();
        CompletableFuture<Catalog> others = opened.compareAndExchange(null, mine);
        if (others != null) {
            return others;
        }
        Thread.ofVirtual().name("open-catalog").start(() -> {
            try {
                mine.complete(opening.get());
            } catch (Throwable e) {
                mine.completeExceptionally(e);
            }
        });
        return mine;
    }

    void close() {
        CompletableFuture<Catalog> last = opened.get();
        if (last != null
                && last.isDone()
                && !last.isCompletedExceptionally()
                && last.join() instanceof Closeable catalog) {
            try {
                catalog.close();
            } catch (IOException e) {
                LOG.warn("A catalog can't be closed", e);
            }
        }
    }
}
