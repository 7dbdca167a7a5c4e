package dev.nerium.cli.client;

import dev.nerium.audit.Actor;
import dev.nerium.audit.Audit;
import dev.nerium.audit.AuditAction;
import dev.nerium.audit.AuditChange;
import dev.nerium.auth.Groups;
import dev.nerium.auth.Key;
import dev.nerium.auth.Key.Rights;
import dev.nerium.auth.Keys;
import dev.nerium.cli.shell.CliException;
import dev.nerium.config.Environment;
import dev.nerium.config.NeriumConfig;
import dev.nerium.run.ServerRegistry;
import dev.nerium.store.StateStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** The keys in a home, for commands that run beside the server, or without one. */
public final class LocalKeys implements KeyClient {
    private final Keys keys;
    private final Audit audit;

    private LocalKeys(Keys keys, Audit audit) {
        this.keys = keys;
        this.audit = audit;
    }

    /** Opens the keys of a running server. */
    static Keys open(LocalServer server) {
        // Otherwise the configuration has to be read, and the tables may have to be brought up to date, which takes
        // longer.
        return server.sharesState()
                ? open(server.home(), () -> Keys.join(server.home()))
                : open(server.home(), () -> Keys.open(config(server.home())));
    }

    public static LocalKeys open(Path home) {
        return open(home, () -> {
            NeriumConfig config = config(home);
            StateStore store = StateStore.open(config.store(), config.home());
            Clock clock = Clock.systemUTC();
            Audit audit = Audit.beside(
                    store, ServerRegistry.id(home), clock, config.telemetry().audit());
            return new LocalKeys(Keys.of(store, config, clock), audit);
        });
    }

    private static <T> T open(Path home, Callable<T> keys) {
        try {
            return keys.call();
        } catch (Exception e) {
            throw new CliException(
                    "the keys in " + home + " can't be opened",
                    String.valueOf(e.getMessage()),
                    "use the account of the server, or set --home.");
        }
    }

    /** Opens the keys of a home; fails if it has no database of keys. */
    public static LocalKeys openExisting(Path home) {
        if (config(home).store().url().isEmpty() && !Files.exists(home.resolve("state.db"))) {
            throw new CliException("there are no keys in " + home, "", "set the server's home with --home.");
        }
        return open(home);
    }

    @Override
    public String create(String name, Rights rights, Optional<Duration> lifetime) {
        Keys.requireName(name);
        return record(AuditAction.KEY_CREATE, name, () -> keys.create(name, rights, lifetime))
                .text();
    }

    @Override
    public List<Key> list() {
        return keys.list();
    }

    @Override
    public String rotate(String key, Duration grace) {
        return record(AuditAction.KEY_ROTATE, keys.find(key).name(), () -> keys.rotate(key, grace))
                .text();
    }

    @Override
    public void setGroups(String key, Groups groups) {
        keys.setGroups(key, groups);
    }

    @Override
    public void revoke(String key) {
        var _ = record(AuditAction.KEY_REVOKE, keys.find(key).name(), () -> keys.revoke(key));
    }

    private <T> T record(AuditAction action, String name, Supplier<T> work) {
        Actor account = Actor.account(System.getProperty("user.name", "account"));
        return audit.record(new AuditChange(account, action, name), work);
    }

    @Override
    public void close() {
        keys.close();
    }

    private static NeriumConfig config(Path home) {
        return NeriumConfig.load(home, Map.of(), Environment.variables());
    }
}
