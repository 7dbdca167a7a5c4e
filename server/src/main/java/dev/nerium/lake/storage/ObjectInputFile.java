package dev.nerium.lake.storage;

import static dev.nerium.lake.storage.StorageErrors.whileReading;

import java.io.EOFException;
import java.io.IOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;

/** An object for reading, whose failures have plain messages. */
record ObjectInputFile(InputFile file, String location) implements InputFile {
    @Override
    public long getLength() {
        return whileReading(location, file::getLength);
    }

    @Override
    public boolean exists() {
        return whileReading(location, file::exists);
    }

    @Override
    public SeekableInputStream newStream() {
        return new RangeInputStream(whileReading(location, file::newStream), location);
    }

    private static final class RangeInputStream extends SeekableInputStream implements RangeReadable {
        private final SeekableInputStream in;
        private final String location;

        RangeInputStream(SeekableInputStream in, String location) {
            this.in = in;
            this.location = location;
        }

        @Override
        public long getPos() throws IOException {
            return in.getPos();
        }

        @Override
        public void seek(long position) throws IOException {
            in.seek(position);
        }

        @Override
        public int read() {
            return whileReading(location, in::read);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            return whileReading(location, () -> in.read(bytes, offset, length));
        }

        @Override
        public void readFully(long position, byte[] bytes, int offset, int length) {
            whileReading(location, () -> {
                if (in instanceof RangeReadable ranges) {
                    ranges.readFully(position, bytes, offset, length);
                } else {
                    in.seek(position);
                    requireAll(in.readNBytes(bytes, offset, length), length);
                }
                return true;
            });
        }

        private static void requireAll(int read, int length) throws EOFException {
            if (read < length) {
                throw new EOFException("%d of %d bytes".formatted(read, length));
            }
        }

        @Override
        public int readTail(byte[] bytes, int offset, int length) {
            return whileReading(location, () -> ((RangeReadable) in).readTail(bytes, offset, length));
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
