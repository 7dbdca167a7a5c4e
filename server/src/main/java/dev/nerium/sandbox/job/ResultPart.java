package dev.nerium.sandbox.job;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Rows of a result: one Arrow IPC stream, nothing of which was checked. */
public sealed interface ResultPart {
    /** Number of its rows, as reported by the worker. */
    long rows();

    /** Bytes that it takes. */
    long bytes() throws IOException;

    /** Opens it while the lease lasts; it can be read after that. */
    InputStream open() throws IOException;

    /** A small one. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record InMemory(long rows, byte[] content) implements ResultPart {
        @Override
        public long bytes() {
            return content.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(content);
        }
    }

    /** A file in the worker's folder, which no process of the worker can change any more. */
    record InFile(long rows, Path file) implements ResultPart {
        @Override
        public long bytes() throws IOException {
            return Files.size(file);
        }

        @Override
        public InputStream open() throws IOException {
            return new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        }
    }
}
