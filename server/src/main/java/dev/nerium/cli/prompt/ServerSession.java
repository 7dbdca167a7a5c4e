package dev.nerium.cli.prompt;

import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.ServerAccess;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The access to a server for as long as the prompt is open. It is opened again after a failure, because the server may have another
 * address then, and before its key expires. Used by one thread; any thread may close it.
 */
final class ServerSession implements AutoCloseable {
    /** Half the lifetime of a key that is made for a command. */
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private final Supplier<ServerAccess> server;
    private @Nullable ServerAccess access;
    private @Nullable NeriumClient client;
    private long openedNanos;

    ServerSession(Supplier<ServerAccess> server) {
        this.server = server;
    }

    synchronized NeriumClient client() {
        if (client != null && System.nanoTime() - openedNanos < LONGEST.toNanos()) {
            return client;
        }
        close();
        access = server.get();
        openedNanos = System.nanoTime();
        client = new NeriumClient(access);
        return client;
    }

    @Override
    public synchronized void close() {
        if (access != null) {
            access.close();
        }
        access = null;
        client = null;
    }
}
