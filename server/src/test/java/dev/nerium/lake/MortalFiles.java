package dev.nerium.lake;

import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.io.TableFileIO;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** Real files, of a server that dies at a certain step: from then on it does nothing any more. */
final class MortalFiles implements TableFileIO {
    private static final long serialVersionUID = 1;

    private final LocalFileIO files = new LocalFileIO();
    private int stepsLeft = Integer.MAX_VALUE;

    /** The death of a process, which nothing catches. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1;
    }

    /** Begins to count. */
    synchronized void dieAt(int step) {
        stepsLeft = step;
    }

    synchronized boolean isDead() {
        return stepsLeft <= 0;
    }

    private synchronized void step() {
        if (stepsLeft < Integer.MAX_VALUE && --stepsLeft <= 0) {
            stepsLeft = 0;
            throw new Death();
        }
    }

    @Override
    public InputFile newInputFile(String location) {
        step();
        return files.newInputFile(location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        step();
        return new Output(location, files.newOutputFile(location));
    }

    @Override
    public void deleteFile(String location) {
        step();
        files.deleteFile(location);
    }

    @Override
    public Path local(String location) {
        return files.local(location);
    }

    @Override
    public void adopt(Path staged, String location) throws IOException {
        step();
        files.adopt(staged, location);
        step();
    }

    private final class Output implements OutputFile {
        private final String location;
        private final OutputFile file;

        Output(String location, OutputFile file) {
            this.location = location;
            this.file = file;
        }

        @Override
        public PositionOutputStream create() {
            return new Stream(file.create());
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return new Stream(file.createOrOverwrite());
        }

        @Override
        public String location() {
            return location;
        }

        @Override
        public InputFile toInputFile() {
            return file.toInputFile();
        }
    }

    /** Dies after the file was made, in the middle of writing it, or once it is whole. */
    private final class Stream extends PositionOutputStream {
        private final PositionOutputStream out;

        Stream(PositionOutputStream out) {
            this.out = out;
            step();
        }

        @Override
        public long getPos() throws IOException {
            return out.getPos();
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length / 2);
            step();
            out.write(bytes, offset + length / 2, length - length / 2);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
            step();
        }
    }
}
