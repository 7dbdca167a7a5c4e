package dev.nerium.result;

import java.nio.ByteBuffer;
import java.util.function.Function;

/** The layout of a column's type in the nodes and buffers of a batch: created once per stream, read once per batch. */
@FunctionalInterface
interface Layout {
    /** Takes the column's nodes and buffers, and checks all that the cells rely on. */
    Cells read(Batch batch, long atLeast) throws CorruptResultException;

    /** Values of a fixed number of bytes. */
    static Layout fixed(int width, Function<ByteBuffer, Cells> values) {
        return (batch, atLeast) -> {
            Node node = batch.node(atLeast);
            return node.nullable(values.apply(batch.buffer((long) node.length() * width)));
        };
    }
}
