package dev.nerium.http;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/** A client that sends whatever bytes it wants. */
final class RawClient implements AutoCloseable {
    /** Longer than anything takes; a test that waits for so long fails. */
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;

    RawClient(URI server) throws IOException {
        this(server, "127.0.0.1");
    }

    /** @param from an address of this machine */
    RawClient(URI server, String from) throws IOException {
        this(connect(server, from));
    }

    /** @param tls trusts the server */
    RawClient(URI server, SSLContext tls) throws IOException {
        this(tls.getSocketFactory()
                .createSocket(connect(server, "127.0.0.1"), server.getHost(), server.getPort(), true));
    }

    /** @param socket connected to a server */
    RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** @param from an address of this machine */
    static Socket connect(URI server, String from) throws IOException {
        return connect(server, new InetSocketAddress(from, 0));
    }

    static Socket connect(URI server, InetSocketAddress from) throws IOException {
        Socket socket = new Socket();
        socket.setReuseAddress(true);
        socket.bind(from);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    /** A response, or what comes in place of one. */
    record Response(int status, String head, String body) {
        boolean closes() {
            return head.toLowerCase(Locale.ROOT).contains("\r\nconnection: close");
        }
    }

    /** Sends characters up to U+00FF as the bytes that they are. */
    RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Sends a byte now and then, until all are sent or the server does not take them. */
    CompletableFuture<Void> drip(String text) {
        return CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < text.length(); i++) {
                    send(text.substring(i, i + 1));
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Tells the server that nothing more comes. */
    RawClient end() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** The next response, unless the connection ends before. */
    Optional<Response> response() throws IOException {
        String head = head();
        if (head.isEmpty()) {
            return Optional.empty();
        }
        int status = Integer.parseInt(head.split(" ", 3)[1]);
        return Optional.of(new Response(status, head, status == 100 ? "" : body(head)));
    }

    /** All responses until the connection ends. */
    List<Response> responses() throws IOException {
        List<Response> responses = new ArrayList<>();
        for (Optional<Response> next = response(); next.isPresent(); next = response()) {
            responses.add(next.get());
        }
        return responses;
    }

    /** Whether the server has ended the connection, after whatever it still sent. */
    boolean isEnded() throws IOException {
        try {
            in.skip(Long.MAX_VALUE);
            return in.read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int next;
            try {
                next = in.read();
            } catch (java.net.SocketException reset) {
                next = -1;
            }
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private String body(String head) throws IOException {
        String lower = head.toLowerCase(Locale.ROOT);
        if (lower.contains("\r\ntransfer-encoding: chunked")) {
            StringBuilder body = new StringBuilder();
            for (int size = chunkSize(); size > 0; size = chunkSize()) {
                body.append(text(size));
                text(2);
            }
            text(2);
            return body.toString();
        }
        int at = lower.indexOf("\r\ncontent-length: ");
        return at < 0 ? "" : text(Integer.parseInt(lower.substring(at + 18, lower.indexOf("\r\n", at + 18))));
    }

    private int chunkSize() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < 2 || line.charAt(line.length() - 1) != '\n') {
            line.append(text(1));
        }
        return Integer.parseInt(line.toString().strip(), 16);
    }

    private String text(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("The connection ended in the middle of a body");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
