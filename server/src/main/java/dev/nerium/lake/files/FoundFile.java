package dev.nerium.lake.files;

import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** A path below a location, which may lead to a file that can be read. */
public final class FoundFile {
    private static final long CHUNK = 16L << 20;

    /** The inode, and what changes with its content. */
    private static final String VERSION = "unix:dev,ino,size,lastModifiedTime,ctime";

    private final Path path;
    private final FileLocation location;
    private final Refusals refusals;

    FoundFile(Path path, FileLocation location, Refusals refusals) {
        this.path = path;
        this.location = location;
        this.refusals = refusals;
    }

    /** As the user sees it. */
    public Path path() {
        return path;
    }

    /**
     * Copies the file: a worker then reads a file that nobody changes. The copied file is the one that was opened and checked.
     *
     * @param target that does not exist
     * @param most bytes that the run may read yet
     * @param stopped whether the run ended meanwhile
     * @return its bytes
     */
    public long copy(Path target, long most, BooleanSupplier stopped) {
        try (OpenedPath opened = open()) {
            requireReadable(opened);
            try (FileChannel source = FileChannel.open(opened.link(), StandardOpenOption.READ)) {
                Map<String, Object> before = version(opened);
                long bytes = (long) Objects.requireNonNull(before.get("size"));
                if (bytes > most) {
                    throw refusals.tooManyBytes();
                }
                long copied = copy(source, target, bytes, stopped);
                if (copied != bytes || !version(opened).equals(before)) {
                    throw refusals.changed();
                }
                return bytes;
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private NeriumException failed(IOException e) {
        return e instanceof AccessDeniedException
                ? refusals.denied()
                : NeriumException.unexpected("A file outside of the lake could not be copied", e);
    }

    private OpenedPath open() throws IOException {
        try {
            return OpenedPath.open(path);
        } catch (NoSuchFileException | AccessDeniedException e) {
            if (hasLink()) {
                throw refusals.leadsOut();
            }
            throw e instanceof NoSuchFileException ? refusals.missing() : refusals.denied();
        }
    }

    /** Whether the path may lead elsewhere: nobody learns by a link whether a file exists outside of the location. */
    private boolean hasLink() {
        for (Path step = path; step != null && !step.equals(location.folder()); step = step.getParent()) {
            if (Files.isSymbolicLink(step)) {
                return true;
            }
        }
        return false;
    }

    private void requireReadable(OpenedPath opened) throws IOException {
        if (!location.contains(opened)) {
            throw refusals.leadsOut();
        }
        if (Files.isDirectory(opened.link())) {
            throw refusals.folder();
        }
        if (!Files.isRegularFile(opened.link())) {
            throw refusals.notRegular();
        }
    }

    private static Map<String, Object> version(OpenedPath opened) throws IOException {
        return Files.readAttributes(opened.link(), VERSION);
    }

    private static long copy(FileChannel source, Path target, long bytes, BooleanSupplier stopped) throws IOException {
        try (FileChannel copy = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            // Workers may have an account of their own.
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
            long at = 0;
            while (at < bytes && !stopped.getAsBoolean()) {
                long moved = source.transferTo(at, Math.min(CHUNK, bytes - at), copy);
                if (moved <= 0) {
                    return at;
                }
                at += moved;
            }
            return at;
        }
    }
}
