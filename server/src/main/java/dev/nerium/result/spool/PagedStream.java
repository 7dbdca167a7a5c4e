package dev.nerium.result.spool;

import dev.nerium.result.CorruptResultException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.jspecify.annotations.Nullable;

/**
 * Several Arrow IPC streams of one schema, read as one: the schema comes once, then the batches of each. Only the frames of
 * the messages are looked at, never their values. For one thread.
 */
public final class PagedStream extends InputStream {
    private static final int PREFIX = 2 * Integer.BYTES;
    private static final int CONTINUATION = -1;
    private static final int MAX_METADATA = 16 << 20;
    private static final byte[] END = ByteBuffer.allocate(PREFIX)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(CONTINUATION)
            .putInt(0)
            .array();

    /** A page that is opened when it is reached. */
    @FunctionalInterface
    public interface Page {
        InputStream open() throws IOException;
    }

    private final Iterator<? extends Page> pages;
    private @Nullable InputStream page;
    private byte @Nullable [] schema;
    private ByteBuffer head = ByteBuffer.allocate(0);
    private long body;
    private boolean ended;

    public PagedStream(List<? extends Page> pages) {
        this.pages = List.copyOf(pages).iterator();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!head.hasRemaining() && body == 0) {
            if (ended) {
                return -1;
            }
            next();
        }
        if (head.hasRemaining()) {
            int count = Math.min(length, head.remaining());
            head.get(target, offset, count);
            return count;
        }
        int count = Objects.requireNonNull(page).read(target, offset, (int) Math.min(length, body));
        if (count < 0) {
            throw new CorruptResultException("a page of the result ends within a record batch");
        }
        body -= count;
        return count;
    }

    /** Goes to the next message that is part of the whole, or to its end. */
    private void next() throws IOException {
        if (page == null) {
            if (pages.hasNext()) {
                page = pages.next().open();
            } else {
                ended = true;
                head = ByteBuffer.wrap(END);
            }
            return;
        }
        byte[] prefix = page.readNBytes(PREFIX);
        int length = prefix.length < PREFIX ? 0 : length(prefix);
        if (length == 0) {
            page.close();
            page = null;
            return;
        }
        take(prefix, page.readNBytes(length), length);
    }

    private void take(byte[] prefix, byte[] metadata, int length) throws IOException {
        if (metadata.length < length) {
            throw new CorruptResultException("a page of the result ends within a message");
        }
        long bytes;
        byte type;
        try {
            Message message = Message.getRootAsMessage(ByteBuffer.wrap(metadata));
            bytes = message.bodyLength();
            type = message.headerType();
        } catch (RuntimeException e) {
            throw new CorruptResultException("the metadata of an Arrow message is corrupt", e);
        }
        if (bytes < 0 || (type == MessageHeader.Schema && bytes != 0)) {
            throw new CorruptResultException("an Arrow message has a body of " + bytes + " bytes");
        }
        if (type == MessageHeader.Schema && schema != null) {
            requireSameSchema(metadata);
            return;
        }
        if (type == MessageHeader.Schema) {
            schema = metadata;
        }
        head = ByteBuffer.allocate(PREFIX + length).put(prefix).put(metadata).flip();
        body = bytes;
    }

    private void requireSameSchema(byte[] metadata) throws CorruptResultException {
        if (!Arrays.equals(schema, metadata)) {
            throw new CorruptResultException("the pages of the result have different schemas");
        }
    }

    private static int length(byte[] prefix) throws CorruptResultException {
        ByteBuffer words = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN);
        int mark = words.getInt();
        int length = words.getInt();
        if (mark != CONTINUATION || length < 0 || length > MAX_METADATA) {
            throw new CorruptResultException("an Arrow message has " + length + " bytes of metadata");
        }
        return length;
    }

    @Override
    public void close() throws IOException {
        if (page != null) {
            page.close();
        }
    }
}
