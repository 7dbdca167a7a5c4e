package dev.nerium.sandbox.job;

import dev.nerium.error.PlainText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The output of a run, up to a limit. Thread-safe. */
public final class RunLog {
    private final int limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long dropped;

    public RunLog(int limit) {
        this.limit = limit;
    }

    public synchronized void append(byte[] chunk, int length) {
        int room = Math.min(length, limit - bytes.size());
        bytes.write(chunk, 0, room);
        dropped += length - room;
    }

    public synchronized boolean isEmpty() {
        return bytes.size() == 0;
    }

    /** The text, with what would act on a terminal made visible. */
    public synchronized String text() {
        String text = PlainText.of(bytes.toString(StandardCharsets.UTF_8));
        return dropped == 0 ? text : text + "\n[" + dropped + " more bytes were not kept]\n";
    }
}
