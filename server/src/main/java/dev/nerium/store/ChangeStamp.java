package dev.nerium.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;

/** The time of a file in the home, which shows all processes that use the home that something in its database changed. Thread-safe. */
public final class ChangeStamp {
    private final Path file;

    /** @param name of the file */
    public ChangeStamp(Path home, String name) {
        file = home.resolve(name);
    }

    /** Empty if there is no file: then nothing is known about changes. */
    public Optional<FileTime> read() {
        try {
            return Optional.of(Files.getLastModifiedTime(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Sets a later time than before, also if the clock was set back. */
    public void change() {
        try {
            create();
            Instant next = Files.getLastModifiedTime(file).toInstant().plusMillis(1);
            Instant now = Instant.now();
            Files.setLastModifiedTime(file, FileTime.from(now.isAfter(next) ? now : next));
        } catch (IOException e) {
            throw new UncheckedIOException("The time of the file " + file + " can't be set", e);
        }
    }

    public void create() {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // It is kept: another process may compare its time.
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + file + " can't be created", e);
        }
    }
}
