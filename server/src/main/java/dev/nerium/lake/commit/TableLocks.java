package dev.nerium.lake.commit;

import dev.nerium.lake.name.TableName;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Lets the commits of this server to one table pass one at a time, in the order in which they came. Thread-safe. */
public final class TableLocks {
    private final ConcurrentHashMap<TableName, Queue> queues = new ConcurrentHashMap<>();

    public <T> T withLock(TableName table, Supplier<T> task) {
        Queue queue = enter(table);
        queue.lock.lock();
        try {
            return task.get();
        } finally {
            queue.lock.unlock();
            leave(table);
        }
    }

    /** Tables that someone commits to, or waits for. */
    int size() {
        return queues.size();
    }

    private Queue enter(TableName table) {
        return queues.compute(table, (name, queue) -> {
            Queue entered = queue == null ? new Queue() : queue;
            entered.members++;
            return entered;
        });
    }

    /** The last one out removes the queue, or there would be one for every table that was ever written. */
    private void leave(TableName table) {
        queues.computeIfPresent(table, (name, queue) -> --queue.members == 0 ? null : queue);
    }

    /** Its members are counted inside the map's own atomic steps. */
    private static final class Queue {
        private final ReentrantLock lock = new ReentrantLock(true);
        private int members;
    }
}
