package dev.nerium.lake.storage;

import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;

/** An object that is read, whose failures are told in plain words. */
record StoreInput(InputFile file, String location) implements InputFile {
    @Override
    public long getLength() {
        return telling(file::getLength);
    }

    @Override
    public boolean exists() {
        return telling(file::exists);
    }

    @Override
    public SeekableInputStream newStream() {
        return new Stream(telling(file::newStream), location);
    }

    private <T> T telling(Callable<T> question) {
        return telling(question, location);
    }

    private static <T> T telling(Callable<T> question, String location) {
        try {
            return question.call();
        } catch (Exception e) {
            throw StorageFailure.reading(location, e);
        }
    }

    private static final class Stream extends SeekableInputStream implements RangeReadable {
        private final SeekableInputStream in;
        private final String location;

        Stream(SeekableInputStream in, String location) {
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
            return telling(in::read, location);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            return telling(() -> in.read(bytes, offset, length), location);
        }

        @Override
        public void readFully(long position, byte[] bytes, int offset, int length) {
            telling(
                    () -> {
                        if (in instanceof RangeReadable ranges) {
                            ranges.readFully(position, bytes, offset, length);
                        } else {
                            in.seek(position);
                            requireAll(in.readNBytes(bytes, offset, length), length);
                        }
                        return true;
                    },
                    location);
        }

        private static void requireAll(int read, int length) throws EOFException {
            if (read < length) {
                throw new EOFException("%d of %d bytes".formatted(read, length));
            }
        }

        @Override
        public int readTail(byte[] bytes, int offset, int length) {
            return telling(() -> ((RangeReadable) in).readTail(bytes, offset, length), location);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
