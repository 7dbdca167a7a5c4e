package dev.nerium.cli.output;

import dev.nerium.cli.shell.Terminal;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Counts the bytes that are sent, and shows how far they are where a person looks at stderr. Used by one thread at a time. */
public final class UploadProgress {
    private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();

    private final String name;
    private final long size;
    private final PrintStream err;
    private final boolean shown;
    private final long begun = System.nanoTime();
    private long drawn;
    private long sent;

    public UploadProgress(String name, long size, Terminal shell) {
        this.name = name;
        this.size = size;
        this.err = shell.err();
        this.shown = shell.screen().showsErr();
        this.drawn = begun - REDRAW_NANOS;
    }

    public InputStream count(InputStream file) {
        return new FilterInputStream(file) {
            @Override
            public int read() throws IOException {
                int next = super.read();
                add(next < 0 ? 0 : 1);
                return next;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int read = super.read(buffer, offset, length);
                add(Math.max(read, 0));
                return read;
            }
        };
    }

    /** Takes the line away again, which the caller follows with what came of it. */
    public void clear() {
        if (shown) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }

    /** {@code 267.0 MiB in 3.1 s, 86.1 MiB/s}. */
    public String summary() {
        return "%s in %.1f s, %s/s".formatted(bytes(sent), seconds(), bytes(rate()));
    }

    private void add(int bytes) {
        sent += bytes;
        long now = System.nanoTime();
        if (shown && now - drawn >= REDRAW_NANOS) {
            drawn = now;
            String line =
                    "%s  %d%%  %s of %s  %s/s".formatted(name, percent(), bytes(sent), bytes(size), bytes(rate()));
            err.print("\r\u001b[K" + (sent == size ? name + "  sent, the server commits" : line));
            err.flush();
        }
    }

    private long percent() {
        return size == 0 ? 100 : 100 * sent / size;
    }

    private long rate() {
        return (long) (sent / Math.max(seconds(), 0.001));
    }

    private double seconds() {
        return (System.nanoTime() - begun) / 1e9;
    }

    private static String bytes(long count) {
        return count < 1 << 20
                ? String.format(Locale.ROOT, "%.1f KiB", count / 1024.0)
                : String.format(Locale.ROOT, "%.1f MiB", count / 1048576.0);
    }
}
