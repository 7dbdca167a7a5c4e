package dev.nerium.cli.output;

import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.ReceivedRows;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.error.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The place where the rows of a result go, as they come: a file, or stdout. A file is written beside its place, and gets its name
 * when it is complete: a result that broke off leaves nothing.
 */
public final class RowsOutput implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final Terminal shell;
    private final OutputFormat format;
    private final Optional<Path> file;
    private @Nullable Path part;

    private RowsOutput(Terminal shell, OutputFormat format, Optional<Path> file) {
        this.shell = shell;
        this.format = format;
        this.file = file;
    }

    /** Creates what can be created before the rows are there, so that nobody waits for a result that has no place. */
    public static RowsOutput open(Terminal shell, OutputFormat format, Optional<Path> file) {
        RowsOutput output = new RowsOutput(shell, format, file.map(RowsOutput::target));
        output.createPart();
        return output;
    }

    /** The file that a link names, so that the link stays. */
    private static Path target(Path file) {
        try {
            return Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private void createPart() {
        if (file.isEmpty() || isDevice(file.get())) {
            return;
        }
        Path target = file.get();
        if (Files.isDirectory(target)) {
            throw new CliException(target + " is a folder: name a file");
        }
        if (Files.exists(target) && !Files.isWritable(target)) {
            throw unwritable(target, new AccessDeniedException(target.toString()));
        }
        Path beside = target.resolveSibling(
                target.getFileName() + ".part-" + ProcessHandle.current().pid());
        try {
            Files.deleteIfExists(beside);
            Files.createFile(beside);
            part = beside;
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    /** A pipe or a device, such as /dev/null, has rows written to it, and is not replaced. */
    private static boolean isDevice(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    /** Writes all rows, and prints what the response says beside them; fails if they break off, or if there is no space. */
    public void receive(ReceivedRows rows) {
        copy(rows);
        if (rows.fields().isObject()) {
            new ResultPrinter(shell, format).printFields(rows.fields(), rows.hasColumns());
        }
    }

    private void copy(ReceivedRows rows) {
        DownloadProgress progress = new DownloadProgress(
                shell, format, rows.fields().path("row_count").asLong());
        try (InputStream body = rows.body()) {
            if (file.isEmpty()) {
                copy(body, progress, this::print);
            } else {
                copyToFile(body, progress, file.get());
            }
        } catch (IOException e) {
            throw NeriumClient.broken(e);
        } finally {
            progress.clear();
        }
    }

    private void copyToFile(InputStream body, DownloadProgress progress, Path target) throws IOException {
        OutputStream out = create(Optional.ofNullable(part).orElse(target), target);
        try {
            copy(body, progress, (buffer, length) -> write(out, buffer, length, target));
        } finally {
            close(out, target);
        }
        if (part != null) {
            publish(part, target);
        }
    }

    private static OutputStream create(Path written, Path target) {
        try {
            return Files.newOutputStream(written);
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    private static void close(OutputStream out, Path target) {
        try {
            out.close();
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    private interface Sink {
        void write(byte[] buffer, int length);
    }

    /** An exception of this method is one of the connection. */
    private static void copy(InputStream body, DownloadProgress progress, Sink sink) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int length = body.read(buffer); length >= 0; length = body.read(buffer)) {
            sink.write(buffer, length);
            progress.add(buffer, length);
        }
    }

    private static void write(OutputStream out, byte[] buffer, int length, Path target) {
        try {
            out.write(buffer, 0, length);
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    private void print(byte[] buffer, int length) {
        shell.out().write(buffer, 0, length);
        // A stream for printing keeps its failures to itself.
        if (shell.out().checkError()) {
            throw new CliException(
                    "stdout can't be written", "", "it was closed, or its disk is full: the output is incomplete.");
        }
    }

    private synchronized void publish(Path complete, Path target) {
        try {
            Files.move(complete, target, StandardCopyOption.ATOMIC_MOVE);
            part = null;
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    /** Deletes a file that is not complete. May be called twice, and while the rows come. */
    @Override
    public synchronized void close() {
        if (part == null) {
            return;
        }
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            shell.err().println("warning: " + part + " can't be deleted: " + IoReason.of(e));
        }
        part = null;
    }

    private static CliException unwritable(Path file, IOException e) {
        return new CliException(file + " can't be written", IoReason.of(e), "");
    }
}
