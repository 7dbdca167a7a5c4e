package dev.nerium.sandbox.attack;

import dev.nerium.SmallDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What of the machine no run may change. */
record Host(String corePattern, String name, String overcommit, List<String> mounts) {
    /** A sandbox's monitor, its first process and Python. */
    static final int PROCESSES_OF_A_WORKER = 3;

    /** Of version 1 of control groups, which has one for each kind of limit. */
    static final int HIERARCHIES = 3;

    static Host now() {
        return new Host(
                text("/proc/sys/kernel/core_pattern"),
                text("/proc/sys/kernel/hostname"),
                text("/proc/sys/vm/overcommit_memory"),
                text("/proc/self/mounts").lines().filter(Host::isKept).toList());
    }

    /** Other tests mount disks of their own meanwhile. */
    private static boolean isKept(String mount) {
        return !mount.startsWith(SmallDisk.NAME + " ");
    }

    /** Command lines of the account's processes; none where workers run under the server's own account. */
    static List<String> processesOf(int account) throws IOException {
        String own = "\nUid:\t" + account + "\t";
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(path -> path.getFileName().toString().matches("\\d+"))
                    .filter(path -> text(path + "/status").contains(own))
                    .map(path -> path.getFileName() + " "
                            + text(path + "/cmdline").replace('\0', ' ').strip())
                    .toList();
        }
    }

    /** Control groups that this process made for workers. */
    static List<Path> cgroupsOfThisServer() {
        String prefix = ProcessHandle.current().pid() + "-";
        try (Stream<Path> folders = Files.find(
                Path.of("/sys/fs/cgroup"),
                8,
                (path, attributes) -> attributes.isDirectory()
                        && path.getFileName().toString().startsWith(prefix))) {
            return folders.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty where the file, or the process that it speaks of, is gone. */
    private static String text(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            return "";
        }
    }
}
