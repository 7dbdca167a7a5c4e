package dev.nerium.sandbox.process;

import java.io.IOException;
import java.nio.file.Path;

/** Brings files to a worker that does not see this machine's, and back. */
public interface FileTransfer {
    /** A file of {@code data}. */
    void upload(String name, Path file) throws IOException;

    /** A file of {@code out}. */
    void download(String name, Path target, long most) throws IOException;
}
