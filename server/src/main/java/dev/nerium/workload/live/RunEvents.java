package dev.nerium.workload.live;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The events of one run. Followers read them; writers never wait for followers, and if there are too many events, the oldest are
 * dropped. Thread-safe.
 */
public final class RunEvents {
    private static final int KEPT = 1000;

    /** @param name {@code state}, {@code queue}, {@code scan} or {@code progress} */
    public record Event(long id, String name, Instant time, Map<String, Object> data) {
        public Event {
            data = new LinkedHashMap<>(data);
        }
    }

    private final Clock clock;
    private final Deque<Event> events = new ArrayDeque<>();
    private long next = 1;
    private boolean ended;

    RunEvents(Clock clock) {
        this.clock = clock;
    }

    synchronized void add(String name, Map<String, Object> data) {
        if (ended) {
            return;
        }
        // Only the last progress event matters.
        if (name.equals("progress")
                && !events.isEmpty()
                && events.getLast().name().equals(name)) {
            events.removeLast();
        }
        events.addLast(new Event(next++, name, clock.instant(), data));
        if (events.size() > KEPT) {
            events.removeFirst();
        }
        notifyAll();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** The events after one, once there are any, or after some patience; none where the run ended and all were taken. */
    public synchronized List<Event> after(long id, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (long left = timeout.toMillis();
                left > 0 && !ended && (events.isEmpty() || events.getLast().id() <= id);
                left = (deadline - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return events.stream().filter(event -> event.id() > id).toList();
    }

    /** Whether nothing more will come. */
    public synchronized boolean ended() {
        return ended;
    }
}
