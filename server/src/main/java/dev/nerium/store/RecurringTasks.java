package dev.nerium.store;

import java.time.Clock;
import java.time.Duration;

/** The times at which recurring tasks were begun, which a restart does not forget. Thread-safe, also between servers. */
public final class RecurringTasks {
    private final StateStore store;
    private final Clock clock;

    public RecurringTasks(StateStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Runs a task if it was not begun within its interval.
     *
     * @param name of the task, the same after a restart
     */
    public void runIfDue(String name, Duration interval, Runnable task) {
        if (claim(name, interval)) {
            task.run();
        }
    }

    private boolean claim(String name, Duration interval) {
        long now = clock.millis();
        // A time in the future is that of a clock that was set back since.
        return store.change(handle -> handle.execute(
                        "insert into recurring_task (name, begun_at) values (?, ?) on conflict (name) do update set"
                                + " begun_at = excluded.begun_at where recurring_task.begun_at <= ?"
                                + " or recurring_task.begun_at > excluded.begun_at",
                        name,
                        now,
                        now - interval.toMillis()))
                > 0;
    }
}
