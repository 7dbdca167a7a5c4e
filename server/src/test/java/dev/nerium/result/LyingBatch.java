package dev.nerium.result;

import com.google.flatbuffers.FlatBufferBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.List;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** A stream of one batch whose every claim is chosen. */
record LyingBatch(long rows, long bodyLength, ByteBuffer body, List<Node> nodes, List<Span> buffers) {
    record Node(long length, long nulls) {}

    record Span(long offset, long length) {}

    static LyingBatch of(long rows, byte[] body, List<Node> nodes, List<Span> buffers) {
        return new LyingBatch(rows, body.length, ByteBuffer.wrap(body), nodes, buffers);
    }

    byte[] stream(Field... fields) throws IOException {
        return stream(-1, fields);
    }

    byte[] compressed(int codec, Field... fields) throws IOException {
        return stream(codec, fields);
    }

    static byte[] ints(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }

    private byte[] stream(int codec, Field... fields) throws IOException {
        var out = new ByteArrayOutputStream();
        MessageSerializer.serialize(new WriteChannel(Channels.newChannel(out)), new Schema(List.of(fields)));
        byte[] metadata = metadata(codec);
        out.write(ints(-1, metadata.length));
        out.write(metadata);
        Channels.newChannel(out).write(body.duplicate());
        out.write(ints(-1, 0));
        return out.toByteArray();
    }

    private byte[] metadata(int codec) {
        var builder = new FlatBufferBuilder();
        RecordBatch.startNodesVector(builder, nodes.size());
        nodes.reversed().forEach(node -> FieldNode.createFieldNode(builder, node.length(), node.nulls()));
        int nodesAt = builder.endVector();
        RecordBatch.startBuffersVector(builder, buffers.size());
        buffers.reversed().forEach(buffer -> Buffer.createBuffer(builder, buffer.offset(), buffer.length()));
        int buffersAt = builder.endVector();
        int compression = codec < 0 ? 0 : BodyCompression.createBodyCompression(builder, (byte) codec, (byte) 0);
        int batch = RecordBatch.createRecordBatch(builder, rows, nodesAt, buffersAt, compression, 0);
        builder.finish(
                Message.createMessage(builder, MetadataVersion.V5, MessageHeader.RecordBatch, batch, bodyLength, 0));
        return builder.sizedByteArray();
    }
}
