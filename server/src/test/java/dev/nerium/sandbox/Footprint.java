package dev.nerium.sandbox;

import dev.nerium.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the servers of this process hold of the machine, counted from outside of them. */
final class Footprint {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private Footprint() {}

    /** Processes of other tests, such as a Spark session, of which they use one for all. */
    static Set<ProcessHandle> others() {
        return ProcessHandle.current().descendants().collect(Collectors.toSet());
    }

    /** Sandboxes that are there, as processes of this one. */
    static long sandboxes(Set<ProcessHandle> others) {
        return ProcessHandle.current()
                .children()
                .filter(child -> !others.contains(child))
                .count();
    }

    /** All processes in them, and they themselves. */
    static long processes(Set<ProcessHandle> others) {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> !others.contains(process))
                .count();
    }

    /** Workers that have control groups, whatever their number. */
    static long cgroups() {
        return cgroups(ProcessHandle.current().pid());
    }

    /** Those of another server. */
    static long cgroups(long server) {
        String own = server + "-";
        try (Stream<Path> tree = Files.find(
                CGROUPS, 8, (path, attributes) -> path.getFileName().toString().startsWith(own))) {
            return tree.map(path -> path.getFileName().toString()).distinct().count();
        } catch (IOException | UncheckedIOException e) {
            // A group went away meanwhile.
            return -1;
        }
    }

    static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Folders of workers below a server's home. */
    static long jobFolders(Path home) {
        try (Stream<Path> folders = Files.list(home.resolve("jobs"))) {
            return folders.filter(folder -> !folder.getFileName().toString().equals("uploads"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ordinary files that lie in them. */
    static long jobFiles(Path home) {
        try {
            return TestFiles.files(home.resolve("jobs")).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
