package dev.nerium.sandbox;

import dev.nerium.sandbox.Outcome.UserFailed;

/** How a worker's side of a job ended. */
sealed interface Ending {
    /** The worker's {@code result} message; its files are not yet claimed. */
    record Result(Frame frame) implements Ending {}

    record Failed(UserFailed outcome) implements Ending {}

    /** The worker is dead. */
    record Died(Outcome outcome) implements Ending {}
}
