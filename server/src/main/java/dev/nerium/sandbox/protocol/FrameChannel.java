package dev.nerium.sandbox.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Frames over a worker's pipes (spec/protocol). One thread reads; any may write. */
public final class FrameChannel {
    private static final int MAX_HEADER = 2 << 20;
    private static final int MAX_PAYLOAD = 16 << 20;
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(200).build())
            .build());

    private final DataInputStream in;
    private final DataOutputStream out;
    private final ReentrantLock writing = new ReentrantLock();

    public FrameChannel(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = new DataOutputStream(out);
    }

    /** The next message; empty where the worker ended. */
    public Optional<Frame> read() throws IOException {
        try {
            int headerLength = in.readInt();
            int payloadLength = in.readInt();
            if (headerLength < 2 || headerLength > MAX_HEADER || payloadLength < 0 || payloadLength > MAX_PAYLOAD) {
                throw new ProtocolException("a frame of %d and %d bytes".formatted(headerLength, payloadLength));
            }
            JsonNode header = header(in.readNBytes(headerLength), headerLength);
            byte[] payload = in.readNBytes(payloadLength);
            if (payload.length < payloadLength) {
                return Optional.empty();
            }
            return Optional.of(new Frame(header, payload));
        } catch (EOFException e) {
            return Optional.empty();
        }
    }

    public void write(ObjectNode header, byte[] payload) throws IOException {
        byte[] text = JSON.writeValueAsBytes(header);
        writing.lock();
        try {
            out.writeInt(text.length);
            out.writeInt(payload.length);
            out.write(text);
            out.write(payload);
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    private static JsonNode header(byte[] bytes, int length) throws IOException {
        if (bytes.length < length) {
            throw new EOFException();
        }
        JsonNode header;
        try {
            header = JSON.readTree(bytes);
        } catch (IOException e) {
            throw new ProtocolException("a header that is not JSON");
        }
        if (header == null || !header.isObject() || !header.path("type").isTextual()) {
            throw new ProtocolException("a header that is not an object with a type");
        }
        return header;
    }
}
