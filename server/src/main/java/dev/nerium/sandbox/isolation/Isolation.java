package dev.nerium.sandbox.isolation;

import dev.nerium.config.ConfigException;
import dev.nerium.config.DaytonaConfig;
import dev.nerium.config.NeriumConfig;
import dev.nerium.sandbox.daytona.Daytona;
import dev.nerium.sandbox.job.ScriptRuntime;
import dev.nerium.sandbox.process.CgroupManager;
import dev.nerium.sandbox.process.WorkerLauncher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The isolation of workers on this machine.
 *
 * @param jobs where each worker's folder is made
 * @param account of the workers, where it is not the server's own
 * @param weaknesses what can't be enforced, in words
 * @param scripts what they run on, where the server knows it
 */
public record Isolation(
        WorkerLauncher starter,
        CgroupManager cgroups,
        Path jobs,
        OptionalInt account,
        List<String> weaknesses,
        Optional<ScriptRuntime> scripts) {
    public Isolation {
        weaknesses = List.copyOf(weaknesses);
    }

    /** @param server id, by which it knows what it left elsewhere */
    public static Isolation detect(NeriumConfig config, String server) throws IOException {
        Path jobs = Files.createDirectories(config.home().resolve("jobs"));
        return switch (config.sandbox().provider()) {
            case BUBBLEWRAP -> bubblewrap(config, jobs);
            case GVISOR -> gvisor(config, jobs);
            case NONE -> none(config, jobs);
            case DAYTONA -> daytona(config, jobs, server);
        };
    }

    private static Isolation bubblewrap(NeriumConfig config, Path jobs) throws IOException {
        OptionalInt account = account(config);
        Spawner spawner = spawner(config, jobs, account);
        CgroupManager cgroups = CgroupManager.detect();
        List<String> weaknesses = unlimited(cgroups);
        try {
            spawner.writeFilter();
        } catch (IOException e) {
            weaknesses.add("system calls are not filtered: " + e.getMessage());
        }
        return new Isolation(spawner, cgroups, jobs, account, weaknesses, Optional.of(spawner.scripts()));
    }

    private static Isolation gvisor(NeriumConfig config, Path jobs) throws IOException {
        Path runsc = config.sandbox().runsc();
        if (!Files.isExecutable(runsc)) {
            throw new ConfigException("sandbox.provider is gvisor, but sandbox.runsc is '" + runsc
                    + "', which is not a program. Build it as described in docs/how-to.");
        }
        OptionalInt account = account(config);
        CgroupManager cgroups = CgroupManager.detect();
        Spawner spawner = spawner(config, jobs, account);
        return new Isolation(spawner, cgroups, jobs, account, unlimited(cgroups), Optional.of(spawner.scripts()));
    }

    private static Isolation none(NeriumConfig config, Path jobs) throws IOException {
        OptionalInt account = account(config);
        CgroupManager cgroups = CgroupManager.detect();
        List<String> weaknesses = unlimited(cgroups);
        weaknesses.add("sandbox.provider is none: scripts are not isolated; they see files, network and processes of "
                + (account.isPresent() ? "this machine" : "the server itself"));
        Spawner spawner = spawner(config, jobs, account);
        return new Isolation(spawner, cgroups, jobs, account, weaknesses, Optional.of(spawner.scripts()));
    }

    private static Isolation daytona(NeriumConfig config, Path jobs, String server) {
        DaytonaConfig daytona = config.sandbox().daytona();
        WorkerLauncher starter = new DaytonaLauncher(Daytona.of(daytona, server), config.sandbox());
        List<String> weaknesses = List.of("workers run at " + daytona.url() + ", with what Daytona enforces");
        return new Isolation(starter, CgroupManager.none(), jobs, OptionalInt.empty(), weaknesses, Optional.empty());
    }

    /** The one that a check talks to. */
    Spawner bubblewrap() {
        return (Spawner) starter;
    }

    private static OptionalInt account(NeriumConfig config) throws IOException {
        return serverIsRoot() ? OptionalInt.of(config.sandbox().uid()) : OptionalInt.empty();
    }

    private static Spawner spawner(NeriumConfig config, Path jobs, OptionalInt account) throws IOException {
        WorkerRuntime runtime = WorkerRuntime.read(config.runtime());
        if (account.isPresent()) {
            Files.setPosixFilePermissions(config.home(), PosixFilePermissions.fromString("rwx--x--x"));
            List.of(jobs, runtime.folder(), runtime.basePrefix()).forEach(Isolation::requireOpenPath);
        }
        return new Spawner(runtime, config.sandbox(), account, config.home().resolve("seccomp.bpf"));
    }

    private static List<String> unlimited(CgroupManager cgroups) {
        return new ArrayList<>(cgroups.missing().stream()
                .map(controller -> "no control group limits " + controller)
                .toList());
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
                            "Workers run under an account of their own, which can't reach %s because %s is closed to others: use another home or runtime, or 'chmod o+x %s'."
                                    .formatted(path, folder, folder));
                }
            } catch (IOException e) {
                throw new ConfigException(folder + " can't be read: " + e.getMessage());
            }
        }
    }
}
