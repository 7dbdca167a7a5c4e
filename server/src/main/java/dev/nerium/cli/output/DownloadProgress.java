package dev.nerium.cli.output;

import dev.nerium.cli.shell.Terminal;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Counts the bytes and lines of a result, and shows on stderr, if it is a terminal, how much of it has arrived. For one thread. */
final class DownloadProgress {
    private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
    private static final int MOST_BEFORE_THE_END = 99;

    private final PrintStream err;
    private final boolean shown;
    private final boolean countsLines;
    private final long rows;
    private final long begun = System.nanoTime();
    private long drawnAt = begun - REDRAW_NANOS;
    private boolean drawn;
    private long bytes;
    private long lines;

    /** @param rows of the result, 0 if unknown */
    DownloadProgress(Terminal shell, OutputFormat format, long rows) {
        this.err = shell.err();
        this.shown = shell.screen().showsErr();
        this.countsLines = shown && format.hasLines();
        this.rows = rows;
    }

    void add(byte[] buffer, int length) {
        bytes += length;
        if (countsLines) {
            for (int i = 0; i < length; i++) {
                lines += buffer[i] == '\n' ? 1 : 0;
            }
        }
        long now = System.nanoTime();
        if (shown && now - drawnAt >= REDRAW_NANOS) {
            drawnAt = now;
            draw((now - begun) / 1e9);
        }
    }

    private void draw(double seconds) {
        String share = countsLines && rows > 0
                ? "%d%% of %,d rows  ".formatted(Math.min(100 * lines / rows, MOST_BEFORE_THE_END), rows)
                : "";
        err.print("\r\u001b[K%s%s  %s/s"
                .formatted(share, size(bytes), size((long) (bytes / Math.max(seconds, 0.001)))));
        err.flush();
        drawn = true;
    }

    /** Removes the line. */
    void clear() {
        if (drawn) {
            err.print("\r\u001b[K");
            err.flush();
            drawn = false;
        }
    }

    private static String size(long count) {
        return count < 1 << 20
                ? String.format(Locale.ROOT, "%.1f KiB", count / 1024.0)
                : String.format(Locale.ROOT, "%.1f MiB", count / 1048576.0);
    }
}
