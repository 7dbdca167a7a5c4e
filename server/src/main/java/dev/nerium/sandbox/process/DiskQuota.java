package dev.nerium.sandbox.process;

import dev.nerium.config.ByteSize;
import dev.nerium.sandbox.job.JobOutcome;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;

/** The disk limit of a run. A tree that can't be measured counts as over the limit. */
public record DiskQuota(ByteSize bytes, int files) {
    private static final int DEPTH = 100;

    /** Ends a run that leaves more than this, until the watch is closed. */
    DiskQuotaMonitor watch(Path folder, Consumer<JobOutcome> stop) {
        return new DiskQuotaMonitor(this, folder, () -> stop.accept(new JobOutcome.OutOfDisk(bytes, files)));
    }

    boolean exceededBy(Path folder) {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            return new DiskUsage().exceeds(secure(children), 1);
        } catch (IOException e) {
            return Files.exists(folder, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Each folder is opened within its parent: no link leads elsewhere, and no path is too long. */
    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> children) {
        return (SecureDirectoryStream<Path>) children;
    }

    /** The counts of one tree. */
    private final class DiskUsage {
        private long seenBytes;
        private int seenFiles;

        boolean exceeds(SecureDirectoryStream<Path> folder, int depth) throws IOException {
            if (depth > DEPTH) {
                return true;
            }
            for (Path child : folder) {
                if (add(folder, child.getFileName(), depth)) {
                    return true;
                }
            }
            return false;
        }

        private boolean add(SecureDirectoryStream<Path> folder, Path name, int depth) throws IOException {
            try {
                BasicFileAttributes file = folder.getFileAttributeView(
                                name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .readAttributes();
                seenFiles++;
                seenBytes += file.size();
                if (seenFiles > files || seenBytes > bytes.bytes()) {
                    return true;
                }
                if (!file.isDirectory()) {
                    return false;
                }
                try (SecureDirectoryStream<Path> inner = folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                    return exceeds(inner, depth + 1);
                }
            } catch (NoSuchFileException e) {
                // The run removed it meanwhile.
                return false;
            }
        }
    }
}
