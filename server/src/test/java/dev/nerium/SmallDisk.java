package dev.nerium;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A file system in memory that can be filled to the last page. Where the tests may not mount one, they are skipped. */
public record SmallDisk(Path folder) implements AutoCloseable {
    /** Stands in the table of mounts in place of a device. */
    public static final String NAME = "nerium-small-disk";

    private static final int PAGE = 4096;

    public static SmallDisk mount(Path folder, String size) throws IOException {
        Files.createDirectories(folder);
        int status = Command.run("mount", "-t", "tmpfs", "-o", "size=" + size + ",mode=755", NAME, folder.toString());
        Assumptions.assumeTrue(status == 0, "no file system may be mounted here");
        return new SmallDisk(folder);
    }

    /** Takes all of the space but so many pages. */
    public void fill(int pagesLeft) throws IOException {
        free();
        Path ballast = ballast();
        try (FileOutputStream out = new FileOutputStream(ballast.toFile())) {
            while (true) {
                out.write(new byte[PAGE]);
            }
        } catch (IOException full) {
            assertThat(full).hasMessage("No space left on device");
        }
        try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
            long pages = file.length() / PAGE;
            file.setLength(Math.max(0, pages - pagesLeft) * PAGE);
        }
    }

    public void free() throws IOException {
        Files.deleteIfExists(ballast());
    }

    private Path ballast() {
        return folder.resolve("ballast");
    }

    @Override
    public void close() throws IOException {
        assertThat(Command.run("umount", "-l", folder.toString())).isZero();
    }
}
