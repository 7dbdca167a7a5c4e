package dev.nerium.sandbox;

import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import dev.nerium.config.SandboxConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.sandbox.admission.Admission;
import dev.nerium.sandbox.admission.Admission.Slot;
import dev.nerium.sandbox.admission.Capacity;
import dev.nerium.sandbox.admission.LeaseRequest;
import dev.nerium.sandbox.daytona.DaytonaException;
import dev.nerium.sandbox.isolation.Isolation;
import dev.nerium.sandbox.job.HostResources;
import dev.nerium.sandbox.job.ScriptRuntime;
import dev.nerium.sandbox.job.Tier;
import dev.nerium.sandbox.job.TimeLimit;
import dev.nerium.sandbox.pool.WorkerFactory;
import dev.nerium.sandbox.pool.WorkerPool;
import dev.nerium.sandbox.process.Worker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.arrow.memory.BufferAllocator;

/** Runs jobs in isolation, on this machine. Thread-safe. */
public final class Sandbox implements AutoCloseable {
    private final SandboxConfig config;
    private final BufferAllocator allocator;
    private final HostResources machine = HostResources.detect();
    private final Isolation isolation;
    private final WorkerPool pool;
    private final Admission admission;
    private final ExecutorService pipes = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("worker-pipe-", 0).daemon().factory());
    private final ExecutorService retiring = Executors.newVirtualThreadPerTaskExecutor();
    private final WorkerFactory factory;
    private final ScheduledExecutorService clock;

    private Sandbox(
            SandboxConfig config,
            BufferAllocator allocator,
            Isolation isolation,
            WorkerFactory factory,
            ScheduledExecutorService clock) {
        this.config = config;
        this.allocator = allocator;
        this.isolation = isolation;
        this.factory = factory;
        this.clock = clock;
        this.admission = new Admission(Capacity.of(machine, config), config, Clock.systemUTC());
        this.pool = new WorkerPool(
                factory, poolSizes(), config.pool().used(), config.workerMaxAge(), () -> admission.saturated(machine));
    }

    /**
     * Prepares the sandbox and starts its first workers in the background.
     *
     * @param server id, by which it knows what it left elsewhere when it was killed
     */
    public static Sandbox start(NeriumConfig config, String server, BufferAllocator allocator) throws IOException {
        Isolation isolation = Isolation.detect(config, server);
        List<String> weaknesses = isolation.weaknesses();
        if (config.sandbox().enforcement() == SandboxConfig.Enforcement.STRICT && !weaknesses.isEmpty()) {
            throw new ConfigException("sandbox.enforcement is strict, but here " + String.join("; ", weaknesses) + ".");
        }
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("time-limits").daemon().factory());
        WorkerFactory factory = new WorkerFactory(
                isolation.starter(),
                isolation.cgroups(),
                isolation.jobs(),
                isolation.account(),
                config.sandbox(),
                clock);
        factory.sweep();
        Sandbox sandbox = new Sandbox(config.sandbox(), allocator, isolation, factory, clock);
        sandbox.pool.start(clock);
        return sandbox;
    }

    /** The isolation of workers. */
    public SandboxConfig.Provider provider() {
        return config.provider();
    }

    /** Whether workers are not isolated and the operator has not acknowledged this. */
    public boolean unprotected() {
        return config.provider() == SandboxConfig.Provider.NONE && !config.allowUnsandboxed();
    }

    /** Runs that have a place. */
    public int running() {
        return admission.running();
    }

    /** Runs that wait for a place. */
    public int queued() {
        return admission.queued();
    }

    /** Workers that wait for their first job. */
    public int newWorkers() {
        return pool.fresh();
    }

    /** Workers that wait for another job of the key that they worked for. */
    public int reusableWorkers() {
        return pool.used();
    }

    /** The limits that this machine can't enforce, one sentence each. */
    public List<String> weaknesses() {
        return isolation.weaknesses();
    }

    /** The runtime of scripts, if it is on this machine. */
    public Optional<ScriptRuntime> scripts() {
        return isolation.scripts();
    }

    /** The tier of a request for this number of vcpus. */
    public Tier tier(int vcpus) {
        return Tier.of(vcpus, machine, config.memoryPerVcpu());
    }

    /** Waits for a place, then leases a worker: one that has run nothing where the work is a script. */
    public SandboxLease lease(LeaseRequest request) throws InterruptedException, IOException {
        Slot slot = admission.acquire(request);
        try {
            Worker worker = onPipes(() -> request.takesUsed()
                    ? pool.takeFor(request.keyId(), request.tier())
                    : pool.takeFresh(request.tier()));
            return new SandboxLease(worker, this, request, slot);
        } catch (DaytonaException e) {
            admission.release(slot);
            throw new NeriumException(
                    ErrorCode.SANDBOX_UNAVAILABLE, "No sandbox could be started.", String.valueOf(e.getMessage()), e);
        } catch (IOException | RuntimeException e) {
            admission.release(slot);
            throw e;
        }
    }

    /** Fails where one more run of this key would get no place now, and could not even wait for one. */
    public void requireRoom(String keyId, Tier tier) {
        admission.requireRoom(keyId, tier);
    }

    /** Whether one more run would have to wait for a place now. */
    public boolean isFull(Tier tier) {
        return admission.isFull(tier);
    }

    /** @param asked by the request, which is at most what the configuration allows */
    public TimeLimit timeLimit(Optional<Duration> asked) {
        return new TimeLimit(
                asked.orElse(config.timeout()),
                asked.isPresent() ? "timeoutSeconds" : "sandbox.timeout",
                config.maxTimeout());
    }

    /**
     * Does what may wait for a worker's pipe, on a platform thread: the virtual thread of a request would hold its carrier
     * meanwhile, and a few silent workers would stop the whole server. An interrupt does not end it, a killed worker does.
     */
    <T> T onPipes(Callable<T> task) throws IOException {
        try {
            return CompletableFuture.supplyAsync(() -> unchecked(task), pipes).join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case UncheckedIOException failure -> throw failure.getCause();
                case RuntimeException failure -> throw failure;
                case null, default -> throw e;
            }
        }
    }

    private static <T> T unchecked(Callable<T> task) {
        try {
            return task.call();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    SandboxConfig config() {
        return config;
    }

    BufferAllocator allocator() {
        return allocator;
    }

    ScheduledExecutorService clock() {
        return clock;
    }

    /** Takes back the place of a lease, and removes its worker in the background. */
    void retire(Worker worker, Slot slot) {
        admission.release(slot);
        retiring.execute(worker::close);
    }

    /** Keeps the worker of a lease for the next SQL of the same key, then takes back its place. */
    void keep(Worker worker, String keyId, Slot slot) {
        pool.keep(worker, keyId);
        admission.release(slot);
    }

    @Override
    public void close() {
        pool.stopFilling();
        factory.close();
        pool.close();
        retiring.close();
        pipes.shutdown();
        clock.shutdown();
        isolation.starter().close();
    }

    private Map<Tier, Integer> poolSizes() {
        Map<Tier, Integer> sizes =
                new HashMap<>(Map.of(tier(Tier.DEFAULT_VCPUS), config.pool().size()));
        config.pool().sizesByVcpus().forEach((vcpus, workers) -> sizes.put(tier(vcpus), workers));
        return sizes;
    }
}
