package dev.nerium.sandbox;

import dev.nerium.config.NeriumConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Makes workers, each with a folder and cgroups of its own. Thread-safe. */
final class WorkerFactory {
    private final Spawner spawner;
    private final Cgroups cgroups;
    private final Path jobs;
    private final OptionalInt account;
    private final NeriumConfig.Sandbox config;
    private final AtomicInteger number = new AtomicInteger();

    WorkerFactory(Spawner spawner, Cgroups cgroups, Path jobs, OptionalInt account, NeriumConfig.Sandbox config) {
        this.spawner = spawner;
        this.cgroups = cgroups;
        this.jobs = jobs;
        this.account = account;
        this.config = config;
    }

    /** A worker that is ready for a job. */
    Worker start(Tier tier) throws IOException {
        String name = ProcessHandle.current().pid() + "-" + number.incrementAndGet();
        JobFolder folder = JobFolder.create(jobs.resolve(name), account);
        Cgroup cgroup = cgroups.create(name, tier, config.maxProcesses());
        Worker worker = new Worker(spawner.start(folder, cgroup, tier), folder, cgroup, tier);
        worker.awaitReady();
        return worker;
    }

    /** Removes what a server that was killed left behind. */
    void sweep() throws IOException {
        cgroups.sweep();
        Files.createDirectories(jobs);
        try (Stream<Path> left = Files.list(jobs)) {
            for (Path folder : left.toList()) {
                JobFolder.deleteTree(folder);
            }
        }
    }
}
