package dev.nerium.cli.prompt;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** The file of what was typed. */
final class History {
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

    private History() {}

    /** The file below a home, which only its owner can read; empty if there can be none. */
    static Optional<Path> file(Path home) {
        Path file = home.resolve("sql-history");
        try {
            Files.createDirectories(home);
            create(file);
            Files.setPosixFilePermissions(file, OWNER);
            return Files.isWritable(file) ? Optional.of(file) : Optional.empty();
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static void create(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER));
        } catch (FileAlreadyExistsException e) {
            // It is kept.
        }
    }
}
