package dev.nerium.sandbox.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of the kernel with a number that changes. It is opened once, because runs read it often, and not as a channel, which an
 * interrupt would close. Thread-safe.
 */
final class CounterFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CounterFile.class);
    private static final int LARGEST = 4096;

    private final Path path;
    private final String label;
    private final String mode;
    private final byte[] buffer = new byte[LARGEST];
    private @Nullable RandomAccessFile file;
    private boolean closed;

    private CounterFile(Path path, String label, String mode) {
        this.path = path;
        this.label = label;
        this.mode = mode;
    }

    /** @param label text before the number */
    static CounterFile readable(Path path, String label) {
        return new CounterFile(path, label, "r");
    }

    static CounterFile writable(Path path) {
        return new CounterFile(path, "", "rw");
    }

    synchronized OptionalLong read() {
        try {
            RandomAccessFile open = open();
            open.seek(0);
            int length = Math.max(0, open.read(buffer));
            return number(new String(buffer, 0, length, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.debug("{} can't be read", path, e);
            return OptionalLong.empty();
        }
    }

    private OptionalLong number(String text) {
        int found = text.indexOf(label);
        int start = found + label.length();
        int end = start;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return found < 0 || end == start
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(text.substring(start, end)));
    }

    synchronized void write(int value) {
        try {
            RandomAccessFile open = open();
            open.seek(0);
            open.write(String.valueOf(value).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.debug("{} can't be set", path, e);
        }
    }

    private RandomAccessFile open() throws IOException {
        if (closed) {
            throw new IOException("The control group is gone");
        }
        RandomAccessFile open = file == null ? new RandomAccessFile(path.toFile(), mode) : file;
        file = open;
        return open;
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            LOG.debug("{} can't be closed", path, e);
        }
    }
}
