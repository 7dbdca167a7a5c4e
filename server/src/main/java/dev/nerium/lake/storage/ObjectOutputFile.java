package dev.nerium.lake.storage;

import static dev.nerium.lake.storage.StorageErrors.whileWriting;

import java.io.IOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** An object for writing, whose failures have plain messages. */
record ObjectOutputFile(OutputFile file, String location) implements OutputFile {
    @Override
    public PositionOutputStream create() {
        return new UploadStream(whileWriting(location, file::create), location);
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
        return new UploadStream(whileWriting(location, file::createOrOverwrite), location);
    }

    @Override
    public InputFile toInputFile() {
        return new ObjectInputFile(file.toInputFile(), location);
    }

    /** The object exists when the stream is closed, and never before. */
    private static final class UploadStream extends PositionOutputStream {
        private final PositionOutputStream out;
        private final String location;

        UploadStream(PositionOutputStream out, String location) {
            this.out = out;
            this.location = location;
        }

        @Override
        public long getPos() throws IOException {
            return out.getPos();
        }

        @Override
        public void write(int value) {
            whileWriting(location, () -> {
                out.write(value);
                return true;
            });
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            whileWriting(location, () -> {
                out.write(bytes, offset, length);
                return true;
            });
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public long storedLength() throws IOException {
            return out.storedLength();
        }

        @Override
        public void close() {
            whileWriting(location, () -> {
                out.close();
                return true;
            });
        }
    }
}
