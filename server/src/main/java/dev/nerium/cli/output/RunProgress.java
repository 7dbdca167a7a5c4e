package dev.nerium.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.client.EventStreamReader;
import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.shell.Terminal;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;

/** One line on stderr that says how far a run is, where a person looks at it and the run takes longer than a moment. */
public final class RunProgress implements AutoCloseable {
    private static final Duration MOMENT = Duration.ofMillis(400);

    private final UUID run;
    private final NeriumClient client;
    private final PrintStream err;
    private final long begun = System.nanoTime();
    private String state = "sent";
    private long files;
    private long skipped;
    private long rows;
    private boolean drawn;
    private boolean withinLine;
    private boolean ended;

    private RunProgress(UUID run, NeriumClient client, PrintStream err) {
        this.run = run;
        this.client = client;
        this.err = err;
    }

    public static RunProgress of(UUID run, NeriumClient client, Terminal shell) {
        RunProgress progress = new RunProgress(run, client, shell.err());
        if (shell.screen().showsErr()) {
            Thread.ofVirtual().name("progress").start(progress::follow);
        }
        return progress;
    }

    private void follow() {
        try {
            Thread.sleep(MOMENT);
            if (!isEnded()) {
                EventStreamReader.read(client.get("/api/v2/runs/" + run + "/events", "text/event-stream"), this::take);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | CliException e) {
            // The response has the result; without events only the progress line stops.
            end();
        }
    }

    private synchronized void take(String event, JsonNode data) {
        switch (event) {
            case "state" -> state = data.path("state").asText().toLowerCase(Locale.ROOT);
            case "queue" -> state = "queued, place " + data.path("position").asInt();
            case "scan" -> {
                files += data.path("files").asLong();
                skipped += data.path("files_skipped").asLong();
            }
            case "progress" -> rows = data.path("rows").asLong();
            default -> {
                // Any event shows that the server is alive, so the time is redrawn.
            }
        }
        draw();
    }

    /** Prints text in place of the line, which follows it. */
    public synchronized void print(String text) {
        clear();
        err.print(text);
        err.flush();
        withinLine = !text.endsWith("\n");
    }

    private synchronized void draw() {
        if (ended || withinLine) {
            return;
        }
        StringBuilder line = new StringBuilder("\r\u001b[K").append(state);
        line.append(" · %.0f s".formatted((System.nanoTime() - begun) / 1e9));
        if (files + skipped > 0) {
            line.append(" · %d files, %d skipped".formatted(files, skipped));
        }
        if (rows > 0) {
            line.append(" · %,d rows".formatted(rows));
        }
        err.print(line);
        err.flush();
        drawn = true;
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    /** Takes the line away again, and shows none any more. */
    public synchronized void end() {
        clear();
        if (withinLine) {
            err.println();
            withinLine = false;
        }
        ended = true;
    }

    private void clear() {
        if (drawn) {
            err.print("\r\u001b[K");
            err.flush();
            drawn = false;
        }
    }

    @Override
    public void close() {
        end();
    }
}
