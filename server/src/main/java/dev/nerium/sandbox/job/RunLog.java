package dev.nerium.sandbox.job;

import dev.nerium.error.PlainText;
import dev.nerium.variable.MaskedStream;
import dev.nerium.variable.ValueMask;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The output of a run, up to a limit. Thread-safe. */
public final class RunLog {
    private final int limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private MaskedStream output = new MaskedStream(ValueMask.NONE);
    private long dropped;

    public RunLog(int limit) {
        this.limit = limit;
    }

    /** Hides secret values in the output that follows. */
    public synchronized void hide(ValueMask mask) {
        output = new MaskedStream(mask);
    }

    public synchronized void append(byte[] chunk, int length) {
        if (bytes.size() == limit) {
            dropped += length;
        } else {
            keep(output.add(chunk, length));
        }
    }

    /** The output is complete. */
    public synchronized void end() {
        keep(output.end());
    }

    private void keep(byte[] text) {
        int room = Math.min(text.length, limit - bytes.size());
        bytes.write(text, 0, room);
        dropped += text.length - room;
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
