package dev.nerium.lake.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.iceberg.io.ByteBufferInputStream;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.jspecify.annotations.Nullable;

/**
 * An object that is read from its start to its end, such as a manifest list. A small one is kept in memory: the response with its
 * bytes has its length, too, so that no second request is necessary. For one thread.
 */
final class SmallObjectInputFile implements InputFile {
    private static final int LARGEST = 4 << 20;

    private final InputFile object;
    private byte @Nullable [] content;
    private boolean isLarge;

    SmallObjectInputFile(InputFile object) {
        this.object = object;
    }

    @Override
    public String location() {
        return object.location();
    }

    @Override
    public boolean exists() {
        return object.exists();
    }

    @Override
    public long getLength() {
        byte[] bytes = content();
        return bytes == null ? object.getLength() : bytes.length;
    }

    @Override
    public SeekableInputStream newStream() {
        byte[] bytes = content();
        return bytes == null ? object.newStream() : ByteBufferInputStream.wrap(ByteBuffer.wrap(bytes));
    }

    /** Null if it is too large. */
    private byte @Nullable [] content() {
        if (content == null && !isLarge) {
            byte[] read = StorageErrors.whileReading(location(), this::read);
            isLarge = read.length > LARGEST;
            content = isLarge ? null : read;
        }
        return content;
    }

    private byte[] read() throws IOException {
        try (SeekableInputStream in = object.newStream()) {
            return in.readNBytes(LARGEST + 1);
        }
    }
}
