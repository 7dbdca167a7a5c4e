package dev.nerium.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.client.EventStreamReader;
import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.shell.CliException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Prints what a script prints, while it runs. */
public final class ScriptOutput implements AutoCloseable {
    private static final Duration MOMENT = Duration.ofMillis(400);
    /** More characters than the details of an error have. */
    private static final int LONGEST_DETAILS = 1 << 17;

    private final String path;
    private final NeriumClient client;
    private final Consumer<String> printer;
    private final CountDownLatch end = new CountDownLatch(1);
    private int printed;
    private String last = "";

    private ScriptOutput(UUID run, NeriumClient client, Consumer<String> printer) {
        this.path = "/api/v2/runs/" + run + "/logs";
        this.client = client;
        this.printer = printer;
    }

    /** Begins a moment later: most scripts have ended by then. */
    public static ScriptOutput follow(UUID run, NeriumClient client, Consumer<String> printer) {
        ScriptOutput output = new ScriptOutput(run, client, printer);
        Thread.ofVirtual().name("script-output").start(output::follow);
        return output;
    }

    /** Prints nothing. */
    public static ScriptOutput none(UUID run, NeriumClient client) {
        ScriptOutput output = new ScriptOutput(run, client, text -> {});
        output.end.countDown();
        return output;
    }

    private void follow() {
        try {
            while (!end.await(MOMENT.toMillis(), TimeUnit.MILLISECONDS)) {
                read();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try {
            EventStreamReader.read(
                    client.get(path + "?follow=true&offset=" + printed(), "text/event-stream"), this::take);
        } catch (IOException | CliException e) {
            // The run may not be recorded yet. The rest is read at its end.
            return;
        }
    }

    private void take(String event, JsonNode data) {
        if (event.equals("log")) {
            print(data.path("offset").asInt(), data.path("text").asText());
        }
    }

    private synchronized int printed() {
        return printed;
    }

    private synchronized void print(int offset, String text) {
        int known = printed - offset;
        if (known >= 0 && known < text.length()) {
            printer.accept(text.substring(known));
            printed = offset + text.length();
            last += text.substring(known);
            last = last.substring(Math.max(0, last.length() - LONGEST_DETAILS));
        }
    }

    /** The same error without the details that are the end of what was printed, such as the traceback of the script. */
    public synchronized CliException withoutPrinted(CliException e) {
        List<String> lines = e.details().lines().toList();
        String end = last.stripTrailing();
        int count = lines.size();
        while (count > 0 && !isEnd(end, String.join("\n", lines.subList(0, count)))) {
            count--;
        }
        return new CliException(
                String.valueOf(e.getMessage()), String.join("\n", lines.subList(count, lines.size())), e.hint());
    }

    private static boolean isEnd(String printed, String text) {
        return printed.equals(text) || printed.endsWith("\n" + text);
    }

    /** Prints the rest, at the end of the run. */
    @Override
    public void close() {
        if (end.getCount() == 0) {
            return;
        }
        end.countDown();
        try {
            int offset = printed();
            print(offset, NeriumClient.text(client.get(path + "?offset=" + offset, "text/plain")));
        } catch (CliException e) {
            // A request that was refused became no run, and the reason is the command's own error.
            return;
        }
    }
}
