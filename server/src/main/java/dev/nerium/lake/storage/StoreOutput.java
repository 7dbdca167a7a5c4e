package dev.nerium.lake.storage;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** An object that is written, whose failures are told in plain words. */
record StoreOutput(OutputFile file, String location) implements OutputFile {
    @Override
    public PositionOutputStream create() {
        return new Stream(telling(file::create, location), location);
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
        return new Stream(telling(file::createOrOverwrite, location), location);
    }

    @Override
    public InputFile toInputFile() {
        return new StoreInput(file.toInputFile(), location);
    }

    private static <T> T telling(Callable<T> question, String location) {
        try {
            return question.call();
        } catch (AlreadyExistsException e) {
            throw e;
        } catch (Exception e) {
            throw StorageFailure.writing(location, e);
        }
    }

    /** Whose bytes are an object once it is closed, and never before. */
    private static final class Stream extends PositionOutputStream {
        private final PositionOutputStream out;
        private final String location;

        Stream(PositionOutputStream out, String location) {
            this.out = out;
            this.location = location;
        }

        @Override
        public long getPos() throws IOException {
            return out.getPos();
        }

        @Override
        public void write(int value) {
            telling(
                    () -> {
                        out.write(value);
                        return true;
                    },
                    location);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            telling(
                    () -> {
                        out.write(bytes, offset, length);
                        return true;
                    },
                    location);
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
            telling(
                    () -> {
                        out.close();
                        return true;
                    },
                    location);
        }
    }
}
