package dev.nerium.sandbox.process;

import dev.nerium.sandbox.job.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The control groups below the server's own, of version 1 or 2. Which of memory, cpu and pids can be limited depends on the
 * machine; what can't is named, never silently left out.
 */
public final class CgroupManager {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    public static final List<String> LIMITED = List.of("memory", "cpu", "pids");

    /** The controllers of the limits, and those that only count. */
    private static final List<String> JOINED = List.of("memory", "cpu", "pids", "cpuacct");

    /** One hierarchy in which groups can be made. */
    record Hierarchy(Path folder, List<String> controllers, boolean unified) {}

    private final List<Hierarchy> hierarchies;

    /** For workers that are not on this machine. */
    public static CgroupManager none() {
        return new CgroupManager(List.of());
    }

    private CgroupManager(List<Hierarchy> hierarchies) {
        this.hierarchies = List.copyOf(hierarchies);
    }

    public static CgroupManager detect() {
        return detect(ROOT, Path.of("/proc/self/cgroup"));
    }

    /**
     * @param root where the hierarchies are mounted
     * @param memberships the groups of this process, as the kernel lists them
     */
    static CgroupManager detect(Path root, Path memberships) {
        List<Hierarchy> found = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(memberships)) {
                String[] parts = line.split(":", 3);
                Hierarchy hierarchy = parts[1].isEmpty()
                        ? unified(root, parts[2])
                        : legacy(root, List.of(parts[1].split(",", -1)), parts[2]);
                if (!hierarchy.controllers().isEmpty() && usable(hierarchy)) {
                    found.add(hierarchy);
                }
            }
        } catch (IOException e) {
            return new CgroupManager(List.of());
        }
        return new CgroupManager(found);
    }

    /** The limits that control groups can't enforce here. */
    public List<String> missing() {
        return LIMITED.stream()
                .filter(controller ->
                        hierarchies.stream().noneMatch(h -> h.controllers().contains(controller)))
                .toList();
    }

    public Cgroup create(String name, Tier tier, int maxProcesses) throws IOException {
        List<Path> folders = new ArrayList<>();
        for (Hierarchy hierarchy : hierarchies) {
            Path folder =
                    Files.createDirectories(hierarchy.folder().resolve("nerium").resolve(name));
            folders.add(folder);
            for (Map.Entry<String, String> limit :
                    limits(hierarchy, tier, maxProcesses).entrySet()) {
                Path file = folder.resolve(limit.getKey());
                if (Files.exists(file)) {
                    Files.writeString(file, limit.getValue());
                }
            }
        }
        return new Cgroup(folders);
    }

    /** Removes the groups that a server which was killed left behind; those with processes stay, they are others'. */
    public void sweep() throws IOException {
        for (Hierarchy hierarchy : hierarchies) {
            try (Stream<Path> left = Files.list(hierarchy.folder().resolve("nerium"))) {
                for (Path folder : left.filter(Files::isDirectory).toList()) {
                    if (!ownerLives(folder)) {
                        removeEmpty(folder);
                    }
                }
            }
        }
    }

    private static void removeEmpty(Path folder) throws IOException {
        try {
            if (Files.readString(folder.resolve("cgroup.procs")).isBlank()) {
                Files.deleteIfExists(folder);
            }
        } catch (NoSuchFileException e) {
            // Another server that starts was quicker.
        }
    }

    /** A group is named after the server that made it, and empty until its worker joins. */
    private static boolean ownerLives(Path folder) {
        String owner = folder.getFileName().toString().split("-", 2)[0];
        return ProcessHandle.of(Long.parseLong(owner)).isPresent();
    }

    private static Map<String, String> limits(Hierarchy hierarchy, Tier tier, int maxProcesses) {
        String memory = String.valueOf(tier.memory().bytes());
        String pids = String.valueOf(maxProcesses);
        String quota = String.valueOf(tier.vcpus() * 100_000);
        return hierarchy.unified()
                ? Map.of("memory.max", memory, "memory.swap.max", "0", "pids.max", pids, "cpu.max", quota + " 100000")
                : Map.of("memory.limit_in_bytes", memory, "pids.max", pids, "cpu.cfs_quota_us", quota);
    }

    private static Hierarchy legacy(Path root, List<String> controllers, String path) {
        return new Hierarchy(own(root.resolve(String.join(",", controllers)), path), joined(controllers), false);
    }

    /** Version 2 gives a group's controllers to its children only while the group itself has no process. */
    private static Hierarchy unified(Path root, String path) throws IOException {
        Path folder = own(root, path);
        if (!Files.isWritable(folder.resolve("cgroup.subtree_control"))) {
            return new Hierarchy(folder, List.of(), true);
        }
        List<String> wanted = joined(List.of(
                Files.readString(folder.resolve("cgroup.controllers")).strip().split(" ", -1)));
        if (wanted.isEmpty()) {
            return new Hierarchy(folder, List.of(), true);
        }
        Path server = Files.createDirectories(folder.resolve("nerium-server"));
        Files.writeString(
                server.resolve("cgroup.procs"),
                String.valueOf(ProcessHandle.current().pid()));
        String enable = "+" + String.join(" +", wanted);
        Files.writeString(folder.resolve("cgroup.subtree_control"), enable);
        Path workers = Files.createDirectories(folder.resolve("nerium"));
        Files.writeString(workers.resolve("cgroup.subtree_control"), enable);
        return new Hierarchy(folder, wanted, true);
    }

    private static List<String> joined(List<String> controllers) {
        return controllers.stream().filter(JOINED::contains).toList();
    }

    private static Path own(Path mount, String path) {
        Path own = mount.resolve(path.substring(1));
        return Files.isDirectory(own) ? own : mount;
    }

    private static boolean usable(Hierarchy hierarchy) {
        try {
            Path probe = Files.createDirectories(hierarchy.folder().resolve("nerium"));
            return Files.isWritable(probe.resolve("cgroup.procs"));
        } catch (IOException e) {
            return false;
        }
    }
}
