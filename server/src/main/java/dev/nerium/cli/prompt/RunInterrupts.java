package dev.nerium.cli.prompt;

import dev.nerium.cli.shell.Interrupts;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Ctrl-C at the prompt: the first cancels what runs, another one ends the wait for it. */
final class RunInterrupts implements Interrupts {
    /** A run, and the thread that waits for it. */
    private record Active(Runnable cleanUp, Thread waiting) {}

    private final AtomicReference<Optional<Active>> active = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<Active>> cancelled = new AtomicReference<>(Optional.empty());

    @Override
    public Guard during(Runnable cleanUp) {
        active.set(Optional.of(new Active(cleanUp, Thread.currentThread())));
        return () -> active.set(Optional.empty());
    }

    /** Handles one Ctrl-C, on a thread of its own. */
    void interrupt() {
        Optional<Active> now = active.get();
        Optional<Active> before = cancelled.getAndSet(now);
        if (now.isPresent() && now.equals(before)) {
            now.get().waiting().interrupt();
        } else {
            now.ifPresent(run -> run.cleanUp().run());
        }
    }
}
