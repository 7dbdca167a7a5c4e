package dev.nerium.http.workload;

import dev.nerium.observe.ObservedReply;
import dev.nerium.observe.Observers;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/** The response that the client of a run waits for. Its end is reported to the observers, once. */
final class AwaitedResponse {
    private final ServerResponse response;
    private final UUID run;
    private final Observers observers;
    private final AtomicBoolean reported = new AtomicBoolean();
    private Optional<Instant> writingSince = Optional.empty();

    private AwaitedResponse(ServerResponse response, UUID run, Observers observers) {
        this.response = response;
        this.run = run;
        this.observers = observers;
    }

    static AwaitedResponse of(ServerResponse response, UUID run, Observers observers) {
        AwaitedResponse awaited = new AwaitedResponse(response, run, observers);
        response.whenSent(awaited::ended);
        return awaited;
    }

    /**
     * Writes the response of a run that has ended.
     *
     * @param writing the result's rows
     */
    void write(Runnable writing) {
        writingSince = Optional.of(Instant.now());
        try {
            writing.run();
        } finally {
            // The connection of a response that breaks off is closed without a further call.
            if (response.isSent()) {
                ended();
            }
        }
    }

    private void ended() {
        if (reported.compareAndSet(false, true)) {
            Instant now = Instant.now();
            observers.replied(new ObservedReply(run, now, writingSince.map(since -> Duration.between(since, now))));
        }
    }
}
