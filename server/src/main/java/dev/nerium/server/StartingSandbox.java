package dev.nerium.server;

import dev.nerium.config.NeriumConfig;
import dev.nerium.sandbox.Sandbox;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The sandbox, which starts its first workers on a thread of its own while the server opens its state and the lake. Used by the
 * thread that starts the server.
 */
final class StartingSandbox implements AutoCloseable {
    private final FutureTask<Sandbox> start;
    private boolean taken;

    private StartingSandbox(FutureTask<Sandbox> start) {
        this.start = start;
    }

    static StartingSandbox start(NeriumConfig config, String server, BufferAllocator memory) {
        FutureTask<Sandbox> start = new FutureTask<>(() -> Sandbox.start(config, server, memory));
        Thread.ofPlatform().name("sandbox-start").daemon().start(start);
        return new StartingSandbox(start);
    }

    /** Waits for the sandbox, which the caller then has to close. */
    Sandbox take() throws IOException {
        try {
            Sandbox sandbox = start.get();
            taken = true;
            return sandbox;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the sandbox was started", e);
        }
    }

    /** Closes the sandbox of a server whose start failed before it took the sandbox. */
    @Override
    public void close() {
        if (!taken) {
            try {
                start.get().close();
            } catch (ExecutionException e) {
                // Nothing was started, and the start of the server has failed for an earlier reason.
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
