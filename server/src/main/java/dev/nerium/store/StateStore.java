package dev.nerium.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.nerium.config.ByteSize;
import dev.nerium.config.ConfigException;
import dev.nerium.config.StoreConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database of runs and keys: one SQLite file below the home, in WAL mode, or a PostgreSQL database. Thread-safe. */
public final class StateStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateStore.class);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(2);
    private static final Duration CHECKPOINT = Duration.ofSeconds(2);

    /** A larger log is emptied although writers wait meanwhile, for this time at most. */
    private static final ByteSize LOG_LIMIT = ByteSize.parse("16MiB");

    private static final Duration LOG_PATIENCE = Duration.ofMillis(200);

    private final HikariDataSource source;
    private final Jdbi jdbi;

    /** The database takes one writer at a time; others would sleep inside of it, and hold their carrier threads meanwhile. */
    private final ReentrantLock writing = new ReentrantLock();

    private final ScheduledExecutorService tidying = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("state-store").daemon().factory());

    private final Runnable presence;

    /** Guarded by {@link #writing}. */
    private final PreparedChanges prepared = new PreparedChanges();

    /** @param presence fails where the database is not the one that was opened */
    private StateStore(HikariDataSource source, Runnable presence) {
        this.source = source;
        this.presence = presence;
        this.jdbi = Jdbi.create(source);
    }

    /** Opens the database, its tables made or brought up to date where needed. */
    public static StateStore open(StoreConfig config, Path home) {
        return config.url().isEmpty() ? open(home) : openServer(postgres(config));
    }

    private static HikariConfig postgres(StoreConfig config) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("state");
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
        Path file = home.resolve("state.db");
        keepPrivate(file);
        Object opened = identity(file).orElseThrow();
        StateStore store = openFile(sqlite(file, 4), file, () -> requireSame(file, opened));
        Path log = file.resolveSibling(file.getFileName() + "-wal");
        var _ = store.tidying.scheduleWithFixedDelay(
                () -> store.checkpoint(log), CHECKPOINT.toMillis(), CHECKPOINT.toMillis(), TimeUnit.MILLISECONDS);
        return store;
    }

    /** Opens the SQLite database of a running server of this version, whose tables are up to date. */
    public static StateStore join(Path home) {
        Path file = home.resolve("state.db");
        Object opened = identity(file).orElseThrow();
        return new StateStore(new HikariDataSource(sqlite(file, 1)), () -> requireSame(file, opened));
    }

    private static HikariConfig sqlite(Path file, int connections) {
        HikariConfig config = new HikariConfig();
        config.setMaximumPoolSize(connections);
        config.setJdbcUrl("jdbc:sqlite:" + file
                + "?journal_mode=WAL&synchronous=NORMAL&busy_timeout=10000&transaction_mode=IMMEDIATE&journal_size_limit="
                + LOG_LIMIT.bytes());
        // A commit that also has to move the log into the file would make its run wait for the disk.
        config.setConnectionInitSql("pragma wal_autocheckpoint = 0");
        config.setPoolName("state");
        return config;
    }

    private static StateStore openFile(HikariConfig config, Path file, Runnable presence) {
        try {
            return open(config, file.toString(), presence);
        } catch (ConfigException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ConfigException("The database " + file + " of keys and runs can't be used (" + reason(e)
                    + "). Restore a copy of it, or move it and its -wal and -shm files away: then the server starts with new keys and an empty"
                    + " list of runs. Tables are not affected.");
        }
    }

    private static StateStore openServer(HikariConfig config) {
        try {
            return open(config, "of store.url", () -> {});
        } catch (ConfigException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ConfigException("The database of store.url can't be used (" + reason(e)
                    + "): check that it is running, and that store.user and store.password-file are correct.");
        }
    }

    /** The message of the driver, without the wrapping exceptions. */
    private static String reason(Throwable e) {
        Throwable last = e;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return String.valueOf(last.getMessage()).lines().findFirst().orElse("");
    }

    /** Moves the log into the file. Without an end of all readers at the same time the log only grows, so writers wait then. */
    private void checkpoint(Path log) {
        try {
            jdbi.useHandle(handle -> handle.execute("pragma wal_checkpoint(passive)"));
            if (Files.exists(log) && Files.size(log) > LOG_LIMIT.bytes()) {
                alone(PROBE_PATIENCE, () -> jdbi.withHandle(StateStore::truncateLog));
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("The log of the database can't be moved into its file", e);
        }
    }

    private static int truncateLog(Handle handle) {
        handle.execute("pragma busy_timeout = " + LOG_PATIENCE.toMillis());
        try {
            return handle.execute("pragma wal_checkpoint(truncate)");
        } finally {
            handle.execute("pragma busy_timeout = " + PATIENCE.toMillis());
        }
    }

    /** @param name for messages */
    private static StateStore open(HikariConfig config, String name, Runnable presence) {
        HikariDataSource source = new HikariDataSource(config);
        try {
            Flyway schema = Flyway.configure().dataSource(source).load();
            requireKnown(schema, name);
            schema.migrate();
            return new StateStore(source, presence);
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /** A version that does not know a newer one's tables would change them as if they were its own. */
    private static void requireKnown(Flyway schema, String name) {
        for (MigrationInfo migration : schema.info().all()) {
            if (migration.getState() == MigrationState.FUTURE_SUCCESS) {
                throw new ConfigException("The database " + name
                        + " was created by a newer version of Nerium (its schema has the version "
                        + migration.getVersion() + ", which this version does not support): start that version.");
            }
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

    /** The kernel keeps a file that is deleted for those who have it open: what is written to it is lost with the process. */
    private static void requireSame(Path file, Object opened) {
        if (identity(file).filter(opened::equals).isEmpty()) {
            LOG.error("The file {} was deleted or replaced while the server has it open", file);
            throw new NeriumException(
                    ErrorCode.STATE_STORE_UNAVAILABLE,
                    "The state database (state.db) was deleted or replaced."
                            + " Stop the server, restore the file, start it again.");
        }
    }

    private static Optional<Object> identity(Path file) {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Fails if the file of the database was deleted or replaced. */
    public void requirePresent() {
        presence.run();
    }

    /** Reads from the database. */
    public <T> T with(HandleCallback<T, RuntimeException> action) {
        presence.run();
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

    /**
     * Executes one statement that servers execute often, and that a connection therefore keeps.
     *
     * @param values texts, numbers, bytes or null
     * @return the number of changed rows
     */
    public int changeOften(String sql, @Nullable Object... values) {
        return alone(() -> {
            presence.run();
            try (Connection connection = source.getConnection()) {
                return prepared.execute(connection, sql, values);
            } catch (SQLException e) {
                throw unavailable(e);
            }
        });
    }

    /** Changes something of which all or nothing holds. */
    public <T> T inTransaction(HandleCallback<T, RuntimeException> action) {
        return alone(() -> {
            presence.run();
            try {
                return jdbi.inTransaction(action);
            } catch (JdbiException e) {
                throw unavailable(e);
            }
        });
    }

    private <T> T alone(Supplier<T> change) {
        return alone(PATIENCE, change);
    }

    private <T> T alone(Duration timeout, Supplier<T> change) {
        if (!mayWrite(timeout)) {
            throw new NeriumException(
                    ErrorCode.STATE_STORE_UNAVAILABLE, "The state database does not respond in time. Try again later.");
        }
        try {
            return change.get();
        } finally {
            writing.unlock();
        }
    }

    /** Waits a limited time for the lock of writers, so that a write does not wait for all earlier ones. */
    private boolean mayWrite(Duration timeout) {
        try {
            return writing.tryLock(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // A run that is to end is to be recorded.
            writing.lock();
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Whether other servers may use the same database, which then is PostgreSQL. */
    public boolean isShared() {
        return source.getJdbcUrl().startsWith("jdbc:postgresql:");
    }

    /** Fails if the database does not respond. */
    public void requireAnswer() {
        with(handle -> handle.execute("select 1"));
    }

    /** Fails if the database does not respond, or is not writable for some time. */
    public void requireWrites() {
        if (isShared()) {
            requireAnswer();
        } else {
            alone(PROBE_PATIENCE, () -> with(StateStore::lockOnce));
        }
    }

    private static int lockOnce(Handle handle) {
        handle.execute("pragma busy_timeout = " + PROBE_PATIENCE.toMillis());
        try {
            handle.execute("begin immediate");
            return handle.execute("rollback");
        } finally {
            handle.execute("pragma busy_timeout = " + PATIENCE.toMillis());
        }
    }

    /** Jdbi's own message has the values of the statement, which may be secrets. */
    private static NeriumException unavailable(JdbiException e) {
        return unavailable(Objects.requireNonNullElseGet(
                e.getCause(), () -> new SQLException(e.getClass().getSimpleName())));
    }

    /** Logs the message of the driver, which may name hosts and users, and returns an error without it. */
    private static NeriumException unavailable(Throwable reason) {
        LOG.error("The state database failed", reason);
        return new NeriumException(
                ErrorCode.STATE_STORE_UNAVAILABLE,
                "The state database is not available. Try again later.",
                "The server's log has the reason.",
                reason);
    }

    @Override
    public void close() {
        tidying.shutdownNow();
        source.close();
    }
}
