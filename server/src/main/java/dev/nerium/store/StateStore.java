package dev.nerium.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database of runs and keys: one SQLite file below the home, in WAL mode, or a PostgreSQL database. Thread-safe. */
public final class StateStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateStore.class);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration CHECKPOINT = Duration.ofSeconds(2);

    private final HikariDataSource source;
    private final Jdbi jdbi;

    /** The database takes one writer at a time; others would sleep inside of it, and hold their carrier threads meanwhile. */
    private final ReentrantLock writing = new ReentrantLock();

    private final ScheduledExecutorService tidying = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("state-store").daemon().factory());

    private StateStore(HikariDataSource source) {
        this.source = source;
        this.jdbi = Jdbi.create(source);
    }

    /** Opens the database, its tables made or brought up to date where needed. */
    public static StateStore open(NeriumConfig.Store config, Path home) {
        return config.url().isEmpty() ? open(home) : open(postgres(config));
    }

    private static HikariConfig postgres(NeriumConfig.Store config) {
        HikariConfig pool = new HikariConfig();
        pool.setMaximumPoolSize(8);
        pool.setJdbcUrl(config.url());
        pool.setConnectionTimeout(10_000);
        if (!config.user().isEmpty()) {
            pool.setUsername(config.user());
        }
        if (!config.passwordFile().isEmpty()) {
            try {
                pool.setPassword(
                        Files.readString(Path.of(config.passwordFile())).strip());
            } catch (IOException e) {
                throw new ConfigException("store.password-file is '" + config.passwordFile() + "': it can't be read");
            }
        }
        return pool;
    }

    private static StateStore open(Path home) {
        try {
            Files.createDirectories(home);
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + home + " can't be made", e);
        }
        keepPrivate(home.resolve("state.db"));
        HikariConfig config = new HikariConfig();
        config.setMaximumPoolSize(4);
        config.setJdbcUrl("jdbc:sqlite:" + home.resolve("state.db")
                + "?journal_mode=WAL&synchronous=NORMAL&busy_timeout=10000&transaction_mode=IMMEDIATE");
        // A commit that also has to move the log into the file would make its run wait for the disk.
        config.setConnectionInitSql("pragma wal_autocheckpoint = 0");
        StateStore store = open(config);
        var _ = store.tidying.scheduleWithFixedDelay(
                store::checkpoint, CHECKPOINT.toMillis(), CHECKPOINT.toMillis(), TimeUnit.MILLISECONDS);
        return store;
    }

    private void checkpoint() {
        try {
            jdbi.useHandle(handle -> handle.execute("pragma wal_checkpoint(passive)"));
        } catch (RuntimeException e) {
            LOG.warn("The log of the database can't be moved into its file", e);
        }
    }

    private static StateStore open(HikariConfig config) {
        config.setPoolName("state");
        HikariDataSource source = new HikariDataSource(config);
        try {
            Flyway.configure().dataSource(source).load().migrate();
            return new StateStore(source);
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /** SQLite gives its other files the mode of the first; what runs and keys hold is nobody else's business. */
    private static void keepPrivate(Path file) {
        try {
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + file + " can't be made", e);
        }
    }

    /** Reads from the database. */
    public <T> T with(HandleCallback<T, RuntimeException> action) {
        try {
            return jdbi.withHandle(action);
        } catch (JdbiException e) {
            throw unavailable(e);
        }
    }

    /** Changes something of the database. */
    public <T> T change(HandleCallback<T, RuntimeException> change) {
        return alone(() -> with(change));
    }

    /** Changes something of which all or nothing holds. */
    public <T> T inTransaction(HandleCallback<T, RuntimeException> action) {
        return alone(() -> {
            try {
                return jdbi.inTransaction(action);
            } catch (JdbiException e) {
                throw unavailable(e);
            }
        });
    }

    private <T> T alone(Supplier<T> change) {
        if (!mayWrite()) {
            throw new NeriumException(
                    ErrorCode.STATE_UNAVAILABLE,
                    "The database of the server's own state takes too long. Try again later.");
        }
        try {
            return change.get();
        } finally {
            writing.unlock();
        }
    }

    /** Where every write has to wait for something else, those behind it don't wait for all of that. */
    private boolean mayWrite() {
        try {
            return writing.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // A run that is to end is to be recorded.
            writing.lock();
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Fails where the database does not answer. */
    public void requireAnswer() {
        with(handle -> handle.execute("select 1"));
    }

    /** What the driver says may name hosts and users: that is for the log. */
    private static NeriumException unavailable(JdbiException e) {
        LOG.error("The database of the server's state failed", e);
        return new NeriumException(
                ErrorCode.STATE_UNAVAILABLE,
                "The database of the server's own state can't be used now. Try again later.",
                "The server's log says why.",
                e);
    }

    @Override
    public void close() {
        tidying.shutdownNow();
        source.close();
    }
}
