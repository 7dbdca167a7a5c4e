package dev.nerium.result;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * A record batch while its columns are laid over it: nodes and buffers, taken in the order of the schema.
 *
 * <p>Buffers must follow each other. Every writer does that, and a batch that points many columns at the same bytes
 * would make a small stream a huge answer.
 */
final class Batch {
    private final RecordBatch header;
    private final ByteBuffer body;
    private final Allowance emptyValues;
    private int nodes;
    private int buffers;
    private long end;

    Batch(RecordBatch header, ByteBuffer body, Allowance emptyValues) {
        this.header = header;
        this.body = body;
        this.emptyValues = emptyValues;
    }

    /** The next column's length and null bitmap; {@code atLeast} is the length that the parent relies on. */
    Node node(long atLeast) throws CorruptResultException {
        FieldNode node = nextNode(atLeast);
        ByteBuffer validity = buffer(node.nullCount() == 0 ? 0 : (node.length() + 7) / 8);
        return node.nullCount() == 0
                ? new Node((int) node.length(), ByteBuffer.allocate(0))
                : new Node((int) node.length(), validity);
    }

    /** The next node, of a type that has no buffers at all. */
    void bareNode(long atLeast) throws CorruptResultException {
        emptyValues(nextNode(atLeast).length());
    }

    /** The next buffer, with no less than the bytes that its values take. */
    ByteBuffer buffer(long atLeast) throws CorruptResultException {
        if (buffers >= header.buffersLength()) {
            throw new CorruptResultException("a record batch lacks buffers: it has " + header.buffersLength());
        }
        Buffer buffer = header.buffers(buffers++);
        if (buffer.offset() < end || buffer.length() < 0 || buffer.length() > body.capacity() - buffer.offset()) {
            throw new CorruptResultException("a buffer of " + buffer.length() + " bytes at " + buffer.offset()
                    + " is not between " + end + " and " + body.capacity());
        }
        if (buffer.length() < atLeast) {
            throw new CorruptResultException("a buffer has " + buffer.length() + " bytes, its values take " + atLeast);
        }
        end = buffer.offset() + buffer.length();
        return body.slice((int) buffer.offset(), (int) buffer.length()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Counts values that take no bytes in the stream, so that their number is only a claim. */
    void emptyValues(long count) throws CorruptResultException {
        emptyValues.spend(count);
    }

    void checkAllUsed() throws CorruptResultException {
        if (nodes != header.nodesLength() || buffers != header.buffersLength()) {
            throw new CorruptResultException("a record batch has " + header.nodesLength() + " nodes and "
                    + header.buffersLength() + " buffers, its schema takes " + nodes + " and " + buffers);
        }
    }

    private FieldNode nextNode(long atLeast) throws CorruptResultException {
        if (nodes >= header.nodesLength()) {
            throw new CorruptResultException("a record batch lacks nodes: it has " + header.nodesLength());
        }
        FieldNode node = header.nodes(nodes++);
        if (node.length() < atLeast || node.length() >= Integer.MAX_VALUE) {
            throw new CorruptResultException(
                    "a column has " + node.length() + " values where " + atLeast + " are needed");
        }
        if (node.nullCount() < 0 || node.nullCount() > node.length()) {
            throw new CorruptResultException(node.nullCount() + " of " + node.length() + " values are null");
        }
        return node;
    }
}
