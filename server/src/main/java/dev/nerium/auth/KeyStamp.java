package dev.nerium.auth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;

/** The time of a file in the home, which shows all processes that use the home that a key was changed. Thread-safe. */
final class KeyStamp {
    private final Path file;

    KeyStamp(Path home) {
        file = home.resolve("keys.changed");
    }

    /** Empty if there is no file: then nothing is known about changes. */
    Optional<FileTime> read() {
        try {
            return Optional.of(Files.getLastModifiedTime(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Sets a later time than before, also if the clock was set back. */
    void change() {
        try {
            create();
            Instant next = Files.getLastModifiedTime(file).toInstant().plusMillis(1);
            Instant now = Instant.now();
            Files.setLastModifiedTime(file, FileTime.from(now.isAfter(next) ? now : next));
        } catch (IOException e) {
            throw new UncheckedIOException("The time of the file " + file + " can't be set", e);
        }
    }

    void create() {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // It is kept: another process may compare its time.
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + file + " can't be created", e);
        }
    }
}
