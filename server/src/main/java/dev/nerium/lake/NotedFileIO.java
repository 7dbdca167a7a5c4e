package dev.nerium.lake;

import java.util.function.Consumer;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** The files of one commit: tells of each before it is made, so that what a lost commit leaves can be found. Thread-safe. */
final class NotedFileIO implements FileIO {
    private static final long serialVersionUID = 1;

    private final FileIO files;
    private transient volatile Consumer<String> listener = location -> {};

    NotedFileIO(FileIO files) {
        this.files = files;
    }

    void tell(Consumer<String> next) {
        listener = next;
    }

    void note(String location) {
        listener.accept(location);
    }

    @Override
    public InputFile newInputFile(String location) {
        return files.newInputFile(location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        note(location);
        return files.newOutputFile(location);
    }

    @Override
    public void deleteFile(String location) {
        files.deleteFile(location);
    }
}
