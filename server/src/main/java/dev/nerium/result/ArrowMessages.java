package dev.nerium.result;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;
import org.apache.arrow.flatbuf.Message;

/**
 * The messages of an Arrow IPC stream (Arrow columnar format, "Encapsulated message format"): a continuation mark, the
 * length of the metadata, the metadata, the body.
 *
 * <p>Arrow's own reader is not used: it trusts lengths, reads past buffers that lie, and leaks what it had allocated
 * when a message is wrong.
 */
final class ArrowMessages {
    private static final int CONTINUATION = -1;
    private static final int MAX_METADATA = 16 << 20;

    private final InputStream in;
    private final ReadableByteChannel channel;

    ArrowMessages(InputStream in) {
        this.in = in;
        this.channel = Channels.newChannel(in);
    }

    /** The next message's metadata, or empty at the end of the stream. */
    Optional<Message> next() throws IOException {
        int length = length();
        if (length == 0) {
            return Optional.empty();
        }
        if (length < 0 || length > MAX_METADATA) {
            throw new CorruptResultException("an Arrow message has " + length + " bytes of metadata");
        }
        byte[] metadata = in.readNBytes(length);
        if (metadata.length < length) {
            throw truncated();
        }
        return Optional.of(Message.getRootAsMessage(ByteBuffer.wrap(metadata)));
    }

    /** Fills the buffer with the body of the message that {@link #next} gave. */
    void readBody(ByteBuffer body) throws IOException {
        while (body.hasRemaining()) {
            if (channel.read(body) < 0) {
                throw truncated();
            }
        }
        body.flip();
    }

    private int length() throws IOException {
        byte[] mark = in.readNBytes(Integer.BYTES);
        if (mark.length == 0) {
            return 0;
        }
        int first = littleEndian(mark);
        return first == CONTINUATION ? littleEndian(in.readNBytes(Integer.BYTES)) : first;
    }

    private static int littleEndian(byte[] four) throws CorruptResultException {
        if (four.length < Integer.BYTES) {
            throw truncated();
        }
        return ByteBuffer.wrap(four).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    private static CorruptResultException truncated() {
        return new CorruptResultException("the Arrow stream ends within a message", new EOFException());
    }
}
