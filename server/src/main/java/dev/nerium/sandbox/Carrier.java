package dev.nerium.sandbox;

import java.io.IOException;
import java.nio.file.Path;

/** Brings files to a worker that does not see this machine's, and back. */
interface Carrier {
    /** A file of {@code data}. */
    void push(String name, Path file) throws IOException;

    /** A file of {@code out}. */
    void pull(String name, Path target, long most) throws IOException;
}
