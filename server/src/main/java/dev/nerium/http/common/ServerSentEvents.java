package dev.nerium.http.common;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Server-sent events (WHATWG HTML, section 9.2), each written out at once. */
public final class ServerSentEvents implements AutoCloseable {
    private final OutputStream out;

    private ServerSentEvents(OutputStream out) {
        this.out = out;
    }

    public static boolean wanted(ServerRequest request) {
        return request.headers().isAccepted(MediaTypes.TEXT_EVENT_STREAM)
                && request.headers().contains(HeaderNames.ACCEPT)
                && request.headers().get(HeaderNames.ACCEPT).values().contains("text/event-stream");
    }

    public static ServerSentEvents open(ServerResponse response) {
        response.headers().contentType(MediaTypes.TEXT_EVENT_STREAM);
        response.header("Cache-Control", "no-store");
        return new ServerSentEvents(response.outputStream());
    }

    /** @param id from which a client that lost the connection can go on; empty for none */
    public void send(String id, String event, ObjectNode data) throws IOException {
        String line = id.isEmpty() ? "" : "id: " + id + "\n";
        write(line + "event: " + event + "\ndata: " + data + "\n\n");
    }

    /** A comment, by which a client that is gone is noticed. */
    public void keepAlive() throws IOException {
        write(": still here\n\n");
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
