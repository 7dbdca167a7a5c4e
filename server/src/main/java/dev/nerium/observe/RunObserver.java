package dev.nerium.observe;

/** Watches runs. Called by one thread, in the order of what happened. */
public interface RunObserver {
    /** It is recorded, and waits for its place. */
    void started(ObservedRun run);

    /** It goes on for long. */
    default void running(ObservedRun run) {}

    void ended(ObservedRun run);

    /** Called when the response of a run was written. */
    default void replied(ObservedReply reply) {}

    /** Called when no more events wait: what the observer has collected is to be written. */
    default void flush() {}
}
