package dev.nerium.observe.lineage;

import dev.nerium.observe.events.RunEventTable;
import dev.nerium.store.StateStore;
import io.openlineage.client.transports.HttpTransportResponseException;
import io.openlineage.client.transports.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the server's events to one transport, in their order. The position of the last sent event is stored with the events, so that
 * the rest is sent after a failure or a restart: the stored events are the spool. It is stored once per batch, so that after a crash
 * the receiver gets the events of one batch again.
 */
final class EventForwarder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventForwarder.class);

    /** Maximum number of events of a batch. */
    private static final int BATCH_EVENTS = 100;

    /** Time after which a batch ends, so that a slow receiver does not delay the position by minutes. */
    private static final Duration BATCH_TIME = Duration.ofSeconds(1);

    private static final Duration POLL_INTERVAL = Duration.ofSeconds(30);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    /** Minimum interval of warnings about a transport: one that is flaky fails often. */
    private static final Duration WARNING_INTERVAL = Duration.ofMinutes(1);

    /** Statuses of permanent rejections; other rejections may be temporary, such as that of a key. */
    private static final Set<Integer> NON_RETRYABLE_STATUSES = Set.of(400, 413, 422);

    private record QueuedEvent(UUID id, String body) {}

    private final String name;
    private final Transport transport;
    private final EventSender sender;
    private final StateStore store;
    private final RunEventTable events;
    private final String server;

    /** The first permit is for what a former server did not send. */
    private final Semaphore wakeups = new Semaphore(1);

    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private Duration pause = Duration.ZERO;
    private long warnedNanos = System.nanoTime() - WARNING_INTERVAL.toNanos();

    /** The last event that needs no further attempt. */
    private volatile UUID position;

    /** The position in the database. */
    private volatile UUID storedPosition;

    private EventForwarder(String name, Transport transport, StateStore store, RunEventTable events, UUID position) {
        this.name = name;
        this.transport = transport;
        this.sender = EventSender.of(transport);
        this.store = store;
        this.events = events;
        this.server = events.server();
        this.position = position;
        this.storedPosition = position;
        this.thread = Thread.ofPlatform().name("lineage-" + name).daemon().unstarted(this::run);
    }

    /** A transport that is new gets what happens from now on. */
    static EventForwarder start(
            String name, Transport transport, StateStore store, RunEventTable events, EventIds ids) {
        UUID position = store.inTransaction(handle -> {
            handle.execute(
                    "insert into lineage_transport (server, name, last_event) values (?, ?, ?)"
                            + " on conflict (server, name) do nothing",
                    events.server(),
                    name,
                    ids.next().toString());
            return handle.createQuery("select last_event from lineage_transport where server = ? and name = ?")
                    .bind(0, events.server())
                    .bind(1, name)
                    .mapTo(String.class)
                    .map(UUID::fromString)
                    .one();
        });
        EventForwarder forwarder = new EventForwarder(name, transport, store, events, position);
        forwarder.thread.start();
        return forwarder;
    }

    void wake() {
        if (wakeups.availablePermits() == 0) {
            wakeups.release();
        }
    }

    private void run() {
        try {
            while (closing.getCount() > 0) {
                if (pause.isZero()) {
                    var _ = wakeups.tryAcquire(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
                } else {
                    var _ = closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
                }
                wakeups.drainPermits();
                deliver();
            }
        } catch (InterruptedException e) {
            LOG.debug("The delivery to {} was interrupted", name);
        }
    }

    private void deliver() throws InterruptedException {
        try {
            for (List<QueuedEvent> batch = next(); !batch.isEmpty(); batch = next()) {
                send(batch);
            }
            storePosition();
            pause = Duration.ZERO;
        } catch (RuntimeException e) {
            warn(e);
            pause = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        }
    }

    private void send(List<QueuedEvent> batch) throws InterruptedException {
        long begun = System.nanoTime();
        try {
            for (QueuedEvent event : batch) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                emit(event);
                position = event.id();
                pause = Duration.ZERO;
                if (System.nanoTime() - begun >= BATCH_TIME.toNanos()) {
                    break;
                }
            }
        } finally {
            storePosition();
        }
    }

    private void warn(RuntimeException failure) {
        if (System.nanoTime() - warnedNanos >= WARNING_INTERVAL.toNanos()) {
            warnedNanos = System.nanoTime();
            LOG.warn("Lineage events can't be sent to {}, and stay in the queue: {}", name, failure.toString());
        }
    }

    private void emit(QueuedEvent event) {
        try {
            sender.send(event.body());
        } catch (HttpTransportResponseException e) {
            if (!NON_RETRYABLE_STATUSES.contains(e.getStatusCode())) {
                throw e;
            }
            LOG.warn("{} refused the lineage event {} permanently: status {}", name, event.id(), e.getStatusCode());
        }
    }

    /** Events of older versions come first: their ids are of earlier times. */
    private List<QueuedEvent> next() {
        UUID last = position;
        List<QueuedEvent> older = store.with(handle -> handle.createQuery("select id, body from lineage_event"
                        + " where server = ? and id > ? order by id limit " + BATCH_EVENTS)
                .bind(0, server)
                .bind(1, last.toString())
                .map((row, context) -> new QueuedEvent(UUID.fromString(row.getString(1)), row.getString(2)))
                .list());
        return older.isEmpty()
                ? events.after(last, BATCH_EVENTS).stream()
                        .map(event -> new QueuedEvent(event.id(), event.text()))
                        .toList()
                : older;
    }

    private synchronized void storePosition() {
        UUID last = position;
        if (last.equals(storedPosition)) {
            return;
        }
        var _ = store.change(handle -> handle.execute(
                "update lineage_transport set last_event = ? where server = ? and name = ?",
                last.toString(),
                server,
                name));
        storedPosition = last;
    }

    /** Sends the remaining events once more, within a time limit; the next start sends the rest. */
    @Override
    public void close() {
        closing.countDown();
        wake();
        try {
            if (!thread.join(CLOSE_TIMEOUT)) {
                thread.interrupt();
                storePosition();
            }
            transport.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.debug("The transport {} can't be closed", name, e);
        }
    }
}
