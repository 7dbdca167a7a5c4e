package dev.nerium.http;

import dev.nerium.http.common.TcpConnection;
import dev.nerium.http.common.TcpConnections;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that the server no longer listens. If a connection can't be accepted, for example without a free descriptor, Helidon closes
 * its listening socket and all connections without reporting it; the kernel's tables show it.
 */
final class ListenerWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** A few lines: the kernel lists listeners first, and a longer read would search all its buckets of connections. */
    private static final int SHORT_READ = 600;

    private static final int LONG_READ = 1 << 16;

    private final TcpConnection.CloseReason at;
    /** Kept open: they are needed when no descriptor is free. */
    private final List<RandomAccessFile> tables = new ArrayList<>();

    private final CountDownLatch lost = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean closed;

    private ListenerWatch(TcpConnection.CloseReason at) throws IOException {
        this.at = at;
        for (Path table : TcpConnections.TABLES) {
            if (Files.isReadable(table)) {
                tables.add(new RandomAccessFile(table.toFile(), "r"));
            }
        }
        this.thread = Thread.ofVirtual().name("listener-watch").unstarted(this::watch);
    }

    static ListenerWatch start(String host, int port) {
        try {
            ListenerWatch watch = new ListenerWatch(new TcpConnection.CloseReason(InetAddress.getByName(host), port));
            if (watch.isListening()) {
                watch.thread.start();
            } else {
                LOG.warn(
                        "The kernel's table of sockets does not show port {}: a closed port would not be noticed",
                        port);
            }
            return watch;
        } catch (IOException e) {
            throw new UncheckedIOException("The kernel's table of sockets can't be read", e);
        }
    }

    void awaitLoss() throws InterruptedException {
        lost.await();
    }

    private void watch() {
        try {
            while (isListening()) {
                Thread.sleep(PERIOD);
            }
            LOG.error(
                    "Port {} of {} is no longer listened on",
                    at.port(),
                    at.address().getHostAddress());
            lost.countDown();
        } catch (IOException e) {
            if (closed) {
                return;
            }
            LOG.error("Can't check any more whether the server listens on port {}", at.port(), e);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Between two short reads the table may change, so that a line is left out: only long reads show that a socket is gone. */
    private boolean isListening() throws IOException {
        return isListed(SHORT_READ) || isListed(LONG_READ);
    }

    private boolean isListed(int readLength) throws IOException {
        for (RandomAccessFile table : tables) {
            if (isListed(table, readLength)) {
                return true;
            }
        }
        return false;
    }

    private boolean isListed(RandomAccessFile table, int readLength) throws IOException {
        table.seek(0);
        byte[] bytes = new byte[readLength];
        StringBuilder text = new StringBuilder();
        boolean isHeader = true;
        for (int count = table.read(bytes); count > 0; count = table.read(bytes)) {
            text.append(new String(bytes, 0, count, StandardCharsets.US_ASCII));
            for (int end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
                if (!isHeader && TcpConnections.isListener(text.substring(0, end), at)) {
                    return true;
                }
                isHeader = false;
                text.delete(0, end + 1);
            }
        }
        return false;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        for (RandomAccessFile table : tables) {
            try {
                table.close();
            } catch (IOException e) {
                LOG.debug("A table of sockets can't be closed", e);
            }
        }
    }
}
