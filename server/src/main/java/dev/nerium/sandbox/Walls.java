package dev.nerium.sandbox;

import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What workers are shut in by on this machine.
 *
 * @param jobs where each worker's folder is made
 * @param account of the workers, where it is not the server's own
 * @param weaknesses what this machine can't enforce, in words
 */
record Walls(Spawner spawner, Cgroups cgroups, Path jobs, OptionalInt account, List<String> weaknesses) {
    Walls {
        weaknesses = List.copyOf(weaknesses);
    }

    static Walls prepare(NeriumConfig config) throws IOException {
        RuntimeFolder runtime = RuntimeFolder.read(config.runtime());
        OptionalInt account = serverIsRoot() ? OptionalInt.of(config.sandbox().uid()) : OptionalInt.empty();
        Path jobs = Files.createDirectories(config.home().resolve("jobs"));
        if (account.isPresent()) {
            Files.setPosixFilePermissions(config.home(), PosixFilePermissions.fromString("rwx--x--x"));
            List.of(jobs, runtime.folder(), runtime.basePrefix()).forEach(Walls::requireOpenPath);
        }
        Spawner spawner =
                new Spawner(runtime, config.sandbox(), account, config.home().resolve("seccomp.bpf"));
        Cgroups cgroups = Cgroups.detect();
        List<String> weaknesses = new ArrayList<>(cgroups.missing().stream()
                .map(controller -> "no control group limits " + controller)
                .toList());
        try {
            spawner.writeFilter();
        } catch (IOException e) {
            weaknesses.add("system calls are not filtered: " + e.getMessage());
        }
        return new Walls(spawner, cgroups, jobs, account, weaknesses);
    }

    private static boolean serverIsRoot() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    }

    /** Bubblewrap, under the workers' account, can't bind what lies below a folder that others may not enter. */
    private static void requireOpenPath(Path path) {
        for (Path folder = path.toAbsolutePath(); folder != null; folder = folder.getParent()) {
            try {
                if (!Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    throw new ConfigException(
                            "Workers run under an account of their own, which can't reach %s because %s is closed to others: take another home or runtime, or 'chmod o+x %s'."
                                    .formatted(path, folder, folder));
                }
            } catch (IOException e) {
                throw new ConfigException(folder + " can't be read: " + e.getMessage());
            }
        }
    }
}
