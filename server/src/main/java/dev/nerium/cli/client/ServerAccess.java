package dev.nerium.cli.client;

import dev.nerium.auth.Keys;
import dev.nerium.auth.NewKey;
import dev.nerium.auth.Scope;
import dev.nerium.cli.shell.CliException;
import dev.nerium.error.CommandName;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** A server and a key for it. A key that was made for one command is revoked at the command's end. */
public final class ServerAccess implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);

    /** Longer than a run and its time in the queue. */
    private static final Duration LASTING = Duration.ofDays(7);

    private final URI url;
    private final String key;
    private final ServerTrust trust;
    private final Runnable end;
    private final AtomicBoolean ended = new AtomicBoolean();

    private ServerAccess(URI url, String key, ServerTrust trust, Runnable end) {
        this.url = url;
        this.key = key;
        this.trust = trust;
        this.end = end;
    }

    public static ServerAccess given(URI url, String key, ServerTrust trust) {
        return new ServerAccess(url, key, trust, () -> {});
    }

    /** An account that may write to a server's home needs no key. */
    public static ServerAccess minted(LocalServer server, Scope scope) {
        Keys keys = open(server);
        NewKey key = keys.createLocal(account(), scope, LIFETIME);
        return new ServerAccess(server.url(), key.text(), server.trust(), () -> {
            keys.revoke(key.key().id());
            keys.close();
        });
    }

    /** The same for a run that continues after the command: if its key were revoked, it would be cancelled. */
    public static ServerAccess lasting(LocalServer server, Scope scope) {
        try (Keys keys = open(server)) {
            return given(
                    server.url(), keys.createLocal(account(), scope, LASTING).text(), server.trust());
        }
    }

    private static String account() {
        return System.getProperty("user.name", "account");
    }

    private static Keys open(LocalServer server) {
        if (!Files.isWritable(server.home().resolve("state.db"))) {
            throw new CliException(
                    "there is no key for " + server.url() + ", and its home " + server.home() + " is not yours",
                    "",
                    "set --key or NERIUM_KEY; the operator of the server creates one with '"
                            + CommandName.with("keys create NAME --scope write") + "'.");
        }
        return LocalKeys.open(server);
    }

    URI url() {
        return url;
    }

    String key() {
        return key;
    }

    ServerTrust trust() {
        return trust;
    }

    @Override
    public void close() {
        if (ended.compareAndSet(false, true)) {
            end.run();
        }
    }
}
