package dev.nerium.sandbox.isolation;

import dev.nerium.config.SandboxConfig;
import dev.nerium.sandbox.daytona.Daytona;
import dev.nerium.sandbox.daytona.DaytonaWorker;
import dev.nerium.sandbox.job.Tier;
import dev.nerium.sandbox.process.Cgroup;
import dev.nerium.sandbox.process.FileTransfer;
import dev.nerium.sandbox.process.JobFolder;
import dev.nerium.sandbox.process.WorkerLauncher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Starts workers at Daytona. */
final class DaytonaLauncher implements WorkerLauncher {
    /** On top of how long a worker may wait and work. */
    private static final Duration SLACK = Duration.ofMinutes(10);

    private final Daytona daytona;
    private final SandboxConfig config;

    DaytonaLauncher(Daytona daytona, SandboxConfig config) {
        this.daytona = daytona;
        this.config = config;
    }

    @Override
    public Process start(JobFolder folder, Cgroup cgroup, Tier tier) throws IOException {
        Duration life = config.workerMaxAge().plus(config.maxTimeout()).plus(SLACK);
        DaytonaWorker worker = daytona.start(new Daytona.Size(
                tier.vcpus(), tier.memory().bytes(), config.diskSize().bytes(), life.toMinutes()));
        folder.useTransfer(new FileTransfer() {
            @Override
            public void upload(String name, Path file) throws IOException {
                worker.push(name, file);
            }

            @Override
            public void download(String name, Path target, long most) throws IOException {
                worker.pull(name, target, most);
            }
        });
        return worker;
    }

    @Override
    public void sweep() throws IOException {
        daytona.sweep();
    }

    @Override
    public void close() {
        daytona.close();
    }
}
