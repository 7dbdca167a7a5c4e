package dev.nerium.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A client that sends a script and goes away without an answer. */
record LeavingClient(Socket socket) implements AutoCloseable {
    static LeavingClient send(TestServer server, UUID run, String script) throws IOException {
        byte[] body = new ObjectMapper()
                .createObjectNode()
                .put("mode", "script")
                .put("script", script)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        String head = """
                POST /api/v1/warehouse/polars HTTP/1.1
                Host: localhost
                Authorization: Bearer %s
                X-Nerium-Run-Id: %s
                Content-Length: %d

                """.formatted(server.key(), run, body.length).replace("\n", "\r\n");
        Socket socket = new Socket(server.url().getHost(), server.url().getPort());
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        return new LeavingClient(socket);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
