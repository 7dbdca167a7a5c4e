package dev.nerium.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;

/** The database of runs and keys: one SQLite file below the home, in WAL mode, or a PostgreSQL database. Thread-safe. */
public final class StateStore implements AutoCloseable {
    private final HikariDataSource source;
    private final Jdbi jdbi;

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
        return open(config);
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

    public Jdbi jdbi() {
        return jdbi;
    }

    @Override
    public void close() {
        source.close();
    }
}
