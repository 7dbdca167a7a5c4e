package dev.nerium.sandbox.pool;

import dev.nerium.config.SandboxConfig;
import dev.nerium.sandbox.job.JobOutcome.Cancelled;
import dev.nerium.sandbox.job.Tier;
import dev.nerium.sandbox.process.Cgroup;
import dev.nerium.sandbox.process.CgroupManager;
import dev.nerium.sandbox.process.DiskQuota;
import dev.nerium.sandbox.process.JobFolder;
import dev.nerium.sandbox.process.SafeDelete;
import dev.nerium.sandbox.process.Worker;
import dev.nerium.sandbox.process.WorkerLauncher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes workers, each with a folder and cgroups of its own. Thread-safe. */
public final class WorkerFactory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerFactory.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final WorkerLauncher starter;
    private final CgroupManager cgroups;
    private final Path jobs;
    private final OptionalInt account;
    private final SandboxConfig config;
    private final ScheduledExecutorService clock;
    private final Set<Worker> starting = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param clock stops a worker that does not become ready */
    public WorkerFactory(
            WorkerLauncher starter,
            CgroupManager cgroups,
            Path jobs,
            OptionalInt account,
            SandboxConfig config,
            ScheduledExecutorService clock) {
        this.clock = clock;
        this.starter = starter;
        this.cgroups = cgroups;
        this.jobs = jobs;
        this.account = account;
        this.config = config;
    }

    /** Whether a worker that starts can be made to leave the processors to those that run. */
    boolean startsInBackground() {
        return !cgroups.missing().contains("cpu");
    }

    /**
     * A worker that is ready for a job.
     *
     * @param launched called with the worker when its process has started
     */
    Worker start(Tier tier, Consumer<Worker> launched) throws IOException {
        String name = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
        Worker worker = launch(name, tier);
        starting.add(worker);
        launched.accept(worker);
        ScheduledFuture<?> alarm =
                clock.schedule(() -> worker.stop(new Cancelled()), START_LIMIT.toSeconds(), TimeUnit.SECONDS);
        try {
            if (closed) {
                throw new IOException("The server is shutting down");
            }
            worker.awaitReady();
            return worker;
        } catch (IOException e) {
            worker.close();
            throw e;
        } finally {
            alarm.cancel(false);
            starting.remove(worker);
        }
    }

    /** Gives up the workers that are just starting, and starts no more. */
    @Override
    public void close() {
        closed = true;
        starting.forEach(worker -> worker.stop(new Cancelled()));
    }

    private Worker launch(String name, Tier tier) throws IOException {
        JobFolder folder = JobFolder.create(jobs.resolve(name), account);
        Cgroup cgroup = new Cgroup(List.of());
        try {
            cgroup = cgroups.create(name, tier, config.maxProcesses());
            return new Worker(
                    starter.start(folder, cgroup, tier),
                    folder,
                    cgroup,
                    tier,
                    new DiskQuota(config.diskSize(), config.maxFiles()));
        } catch (IOException | RuntimeException e) {
            cgroup.close();
            folder.delete();
            throw e;
        }
    }

    private static void remove(Path folder) {
        try {
            SafeDelete.remove(folder);
        } catch (IOException e) {
            LOG.warn("The folder {} of a former run can't be removed: {}", folder, e.getMessage());
        }
    }

    /** Removes what a server that was killed left behind. */
    public void sweep() throws IOException {
        cgroups.sweep();
        starter.sweep();
        Files.createDirectories(jobs);
        try (Stream<Path> left = Files.list(jobs)) {
            for (Path folder : left.toList()) {
                remove(folder);
            }
        }
    }
}
