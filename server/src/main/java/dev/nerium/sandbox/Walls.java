package dev.nerium.sandbox;

import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import dev.nerium.sandbox.daytona.Daytona;
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
 * What workers are shut in by on this machine.
 *
 * @param jobs where each worker's folder is made
 * @param account of the workers, where it is not the server's own
 * @param weaknesses what can't be enforced, in words
 * @param scripts what they run on, where the server knows it
 */
record Walls(
        Starter starter,
        Cgroups cgroups,
        Path jobs,
        OptionalInt account,
        List<String> weaknesses,
        Optional<ScriptRuntime> scripts) {
    Walls {
        weaknesses = List.copyOf(weaknesses);
    }

    /** @param server id, by which it knows what it left elsewhere */
    static Walls prepare(NeriumConfig config, String server) throws IOException {
        Path jobs = Files.createDirectories(config.home().resolve("jobs"));
        return switch (config.sandbox().provider()) {
            case BUBBLEWRAP -> bubblewrap(config, jobs);
            case GVISOR -> gvisor(config, jobs);
            case NONE -> none(config, jobs);
            case DAYTONA -> daytona(config, jobs, server);
        };
    }

    private static Walls bubblewrap(NeriumConfig config, Path jobs) throws IOException {
        OptionalInt account = account(config);
        Spawner spawner = spawner(config, jobs, account);
        Cgroups cgroups = Cgroups.detect();
        List<String> weaknesses = unlimited(cgroups);
        try {
            spawner.writeFilter();
        } catch (IOException e) {
            weaknesses.add("system calls are not filtered: " + e.getMessage());
        }
        return new Walls(spawner, cgroups, jobs, account, weaknesses, Optional.of(spawner.scripts()));
    }

    private static Walls gvisor(NeriumConfig config, Path jobs) throws IOException {
        Path runsc = config.sandbox().runsc();
        if (!Files.isExecutable(runsc)) {
            throw new ConfigException("sandbox.provider is gvisor, but sandbox.runsc is '" + runsc
                    + "', which is no program: docs/how-to tells how to build it.");
        }
        OptionalInt account = account(config);
        Cgroups cgroups = Cgroups.detect();
        Spawner spawner = spawner(config, jobs, account);
        return new Walls(spawner, cgroups, jobs, account, unlimited(cgroups), Optional.of(spawner.scripts()));
    }

    private static Walls none(NeriumConfig config, Path jobs) throws IOException {
        OptionalInt account = account(config);
        Cgroups cgroups = Cgroups.detect();
        List<String> weaknesses = unlimited(cgroups);
        weaknesses.add("sandbox.provider is none: nothing shuts scripts in, they see files, network and processes of "
                + (account.isPresent() ? "this machine" : "the server itself"));
        Spawner spawner = spawner(config, jobs, account);
        return new Walls(spawner, cgroups, jobs, account, weaknesses, Optional.of(spawner.scripts()));
    }

    private static Walls daytona(NeriumConfig config, Path jobs, String server) {
        NeriumConfig.Daytona daytona = config.sandbox().daytona();
        Starter starter = new RemoteStarter(Daytona.of(daytona, server), config.sandbox());
        List<String> weaknesses = List.of("workers run at " + daytona.url() + ", with what Daytona enforces");
        return new Walls(starter, Cgroups.none(), jobs, OptionalInt.empty(), weaknesses, Optional.empty());
    }

    /** The one that a check talks to. */
    Spawner bubblewrap() {
        return (Spawner) starter;
    }

    private static OptionalInt account(NeriumConfig config) throws IOException {
        return serverIsRoot() ? OptionalInt.of(config.sandbox().uid()) : OptionalInt.empty();
    }

    private static Spawner spawner(NeriumConfig config, Path jobs, OptionalInt account) throws IOException {
        RuntimeFolder runtime = RuntimeFolder.read(config.runtime());
        if (account.isPresent()) {
            Files.setPosixFilePermissions(config.home(), PosixFilePermissions.fromString("rwx--x--x"));
            List.of(jobs, runtime.folder(), runtime.basePrefix()).forEach(Walls::requireOpenPath);
        }
        return new Spawner(runtime, config.sandbox(), account, config.home().resolve("seccomp.bpf"));
    }

    private static List<String> unlimited(Cgroups cgroups) {
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
                            "Workers run under an account of their own, which can't reach %s because %s is closed to others: take another home or runtime, or 'chmod o+x %s'."
                                    .formatted(path, folder, folder));
                }
            } catch (IOException e) {
                throw new ConfigException(folder + " can't be read: " + e.getMessage());
            }
        }
    }
}
