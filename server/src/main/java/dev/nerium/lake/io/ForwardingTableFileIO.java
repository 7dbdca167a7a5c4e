package dev.nerium.lake.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** The files of others, with something done before some are read, written or deleted, which subclasses override. */
abstract class ForwardingTableFileIO implements TableFileIO {
    private static final long serialVersionUID = 1;

    private final TableFileIO files;

    ForwardingTableFileIO(TableFileIO files) {
        this.files = files;
    }

    /** The file IO to which calls are forwarded. */
    final TableFileIO files() {
        return files;
    }

    @Override
    public InputFile newInputFile(String location) {
        return files.newInputFile(location);
    }

    @Override
    public InputFile newInputFile(String location, long length) {
        return files.newInputFile(location, length);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return files.newOutputFile(location);
    }

    @Override
    public void deleteFile(String location) {
        files.deleteFile(location);
    }

    @Override
    public Path local(String location) {
        return files.local(location);
    }

    @Override
    public Path place(String location) {
        return files.place(location);
    }

    @Override
    public void adopt(Path staged, String location) throws IOException {
        files.adopt(staged, location);
    }

    @Override
    public boolean isObject(String location) {
        return files.isObject(location);
    }

    @Override
    public void adopt(Map<Path, String> staged) throws IOException {
        files.adopt(staged);
    }

    @Override
    public List<FileInfo> list(String location) {
        return files.list(location);
    }

    @Override
    public Optional<StorageCredentials> vended(String location) {
        return files.vended(location);
    }
}
