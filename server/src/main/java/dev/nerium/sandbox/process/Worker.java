package dev.nerium.sandbox.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.FullDisk;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.write.StagedFile;
import dev.nerium.lake.write.StagedResult;
import dev.nerium.lake.write.StagedResult.Replaced;
import dev.nerium.sandbox.daytona.DaytonaWorker;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.Job.Overflow;
import dev.nerium.sandbox.job.Job.ResultLimits;
import dev.nerium.sandbox.job.JobOutcome;
import dev.nerium.sandbox.job.JobOutcome.Cancelled;
import dev.nerium.sandbox.job.JobOutcome.Completed;
import dev.nerium.sandbox.job.JobOutcome.Crashed;
import dev.nerium.sandbox.job.JobOutcome.OutOfDisk;
import dev.nerium.sandbox.job.JobOutcome.OutOfMemory;
import dev.nerium.sandbox.job.JobOutcome.ProtocolBroken;
import dev.nerium.sandbox.job.JobOutcome.Refused;
import dev.nerium.sandbox.job.JobOutcome.TimedOut;
import dev.nerium.sandbox.job.JobOutcome.UserFailed;
import dev.nerium.sandbox.job.ResourceUsage;
import dev.nerium.sandbox.job.ResultPart;
import dev.nerium.sandbox.job.RunLog;
import dev.nerium.sandbox.job.Tier;
import dev.nerium.sandbox.job.WorkerCallbacks;
import dev.nerium.sandbox.protocol.Frame;
import dev.nerium.sandbox.protocol.FrameChannel;
import dev.nerium.sandbox.protocol.ProtocolException;
import dev.nerium.sandbox.protocol.ProtocolHandler;
import dev.nerium.sandbox.protocol.ScanPlanEncoder;
import dev.nerium.sandbox.protocol.WorkerReply;
import dev.nerium.variable.ScriptSecrets;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker process in its sandbox. It runs one job at a time, on the caller's thread; {@link #stop} may come from any
 * thread. Once stopped it is dead for good.
 */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration STDERR_DRAIN_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration LONGEST_END = Duration.ofSeconds(60);
    private static final long PAGE = 4096;
    private static final long FULL_BELOW_BYTES = 1 << 20;

    private final Process process;
    private final JobFolder folder;
    private final Cgroup cgroup;
    private final Tier tier;
    private final DiskQuota disk;
    private final FrameChannel channel;
    private final Thread logReader;
    private final AtomicReference<@Nullable JobOutcome> stopped = new AtomicReference<>();
    private final long started = System.nanoTime();
    private volatile Map<String, String> versions = Map.of();
    private volatile Optional<WorkerCallbacks> callbacks = Optional.empty();
    private volatile RunLog log = new RunLog(64 << 10);
    private List<ProcessHandle> processes = List.of();

    /** The most that it had during its last job; empty before its first, and where the kernel does not count it. */
    private OptionalLong peakBytes = OptionalLong.empty();

    /** The first process in the sandbox, which is gone only after all others in there. */
    private volatile List<ProcessHandle> first = List.of();

    public Worker(Process process, JobFolder folder, Cgroup cgroup, Tier tier, DiskQuota disk) {
        this.process = process;
        this.folder = folder;
        this.cgroup = cgroup;
        this.tier = tier;
        this.disk = disk;
        this.channel = new FrameChannel(
                new BufferedInputStream(process.getInputStream(), 1 << 16),
                new BufferedOutputStream(process.getOutputStream(), 1 << 16));
        // Where bubblewrap is killed while it starts, its first child waits for it without end, and keeps the pipes.
        var _ = process.onExit().thenRun(cgroup::kill);
        // Not virtual: a thread that waits for a pipe holds its carrier, of which there are as many as processors.
        this.logReader = Thread.ofPlatform().name("worker-log").daemon().start(this::readLog);
    }

    public Tier tier() {
        return tier;
    }

    /** Waits until Polars is imported. */
    public void awaitReady() throws IOException {
        Optional<Frame> frame = channel.read();
        if (frame.isEmpty() || !frame.get().type().equals("ready")) {
            if (frame.isEmpty()) {
                awaitLastWords();
            }
            kill();
            awaitDeath();
            throw new IOException("A worker did not become ready: " + log.text().strip());
        }
        JsonNode said = frame.get().header();
        versions = Map.of(
                "polars", said.path("polars").asText(),
                "worker", said.path("worker").asText(),
                "python", said.path("python").asText());
    }

    /** It ends by itself. Its output may have the reason, and the JDK closes the stderr of a process that it destroys. */
    private void awaitLastWords() {
        try {
            if (process.waitFor(STDERR_DRAIN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                logReader.join(STDERR_DRAIN_TIMEOUT.multipliedBy(2));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public Map<String, String> versions() {
        return versions;
    }

    public boolean alive() {
        return stopped.get() == null && process.isAlive();
    }

    /** Does something once the worker is dead, which it may be already. */
    public void onDeath(Runnable action) {
        var _ = process.onExit().thenRun(action);
    }

    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    /** Whether it may run the next job of its key: what a worker far away has, nobody here can empty. */
    public boolean isReusable() {
        return alive() && folder.isLocal();
    }

    /** Lets others go first where the processors are busy. */
    public void lowerPriority() {
        cgroup.weigh(1);
    }

    /** Gets as much of the processors as others. */
    public void restorePriority() {
        cgroup.weigh(100);
    }

    /** The processor time of its jobs so far. */
    public OptionalLong cpuMicros() {
        return cgroup.cpuMicros();
    }

    /** The resource usage of its jobs so far. */
    public ResourceUsage usage() {
        ResourceUsage usage = cgroup.usage();
        peakBytes = usage.peakMemoryBytes();
        return usage;
    }

    /** Whether what it holds already takes half of its memory, so that its next job might find too little. */
    public boolean exceedsHalfMemory() {
        long half = tier.memory().bytes() / 2;
        if (peakBytes.isPresent() && peakBytes.getAsLong() <= half) {
            return false;
        }
        if (processes.isEmpty()) {
            processes = process.descendants().toList();
        }
        return processes.stream().mapToLong(Worker::residentBytes).sum() > half;
    }

    private static long residentBytes(ProcessHandle process) {
        try {
            String statm = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "statm"));
            return Long.parseLong(statm.split(" ", 3)[1]) * PAGE;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Runs one job to its end; whatever the worker does, an ending comes back. */
    public WorkerReply run(
            Job job, ScriptSecrets secrets, WorkerCallbacks ofJob, BufferAllocator allocator, RunLog runLog) {
        runLog.hide(secrets.mask());
        log = runLog;
        callbacks = Optional.of(ofJob);
        cgroup.forgetPeak();
        try (DiskQuotaMonitor _ = disk.watch(folder.out(), this::stop)) {
            ScanPlanEncoder plans = new ScanPlanEncoder(allocator, folder::expose, folder::keep);
            send(job, secrets, plans);
            return handle(new ProtocolHandler(channel, ofJob, plans));
        } catch (ProtocolException e) {
            stop(new ProtocolBroken(String.valueOf(e.getMessage())));
        } catch (IOException e) {
            LOG.debug("The pipe of a worker broke", e);
        } catch (CancellationException e) {
            LOG.debug("A request of a worker was cancelled with the worker", e);
        } catch (RuntimeException e) {
            // The worker still waits for the failed response: it can't be used again.
            stop(new Crashed("The server failed to handle a request of the worker."));
            throw e;
        }
        return died();
    }

    private void send(Job job, ScriptSecrets secrets, ScanPlanEncoder plans) throws IOException {
        byte[] values = secrets.bytes();
        try {
            channel.write(JobMessage.of(job, secrets.lengths(), folder, plans), values);
        } finally {
            Arrays.fill(values, (byte) 0);
        }
    }

    /** Kills the worker; a job that it runs ends with this outcome, unless it ended before. */
    public void stop(JobOutcome reason) {
        stopped.compareAndSet(null, reason);
        kill();
        callbacks.ifPresent(WorkerCallbacks::stop);
    }

    /** Brings the files of a result here from a worker on another machine, which is lost when it is stopped. */
    public void fetch(Frame result) throws IOException {
        if (folder.isLocal()) {
            return;
        }
        long left = disk.bytes().bytes();
        List<String> names =
                new ArrayList<>(ProtocolHandler.pages(result.header()).keySet());
        ProtocolHandler.resultFile(result.header()).ifPresent(names::add);
        ProtocolHandler.replacedFile(result.header()).ifPresent(names::add);
        ProtocolHandler.written(result.header()).keySet().forEach(file -> names.add(JobFolder.FILES + file));
        for (String name : names) {
            left -= folder.fetch(name, left);
        }
    }

    /** The staged files and the result of a job, once the worker can't change them any more. */
    public Completed collectOutput(WorkerReply.Result ending, ResultLimits limits) throws IOException {
        Frame result = ending.frame();
        if (result.header().path("returned").asLong() > limits.maxRows()) {
            throw new ProtocolException("a result with more rows than it may have");
        }
        requireRowsThatAddUp(result.header(), limits);
        StagedResult staged = staged(result);
        return new Completed(
                result.header(),
                parts(result, limits),
                staged,
                ending.lineage(),
                ending.notes(),
                ProtocolHandler.isDeterministic(result.header()),
                ProtocolHandler.task(result.header()));
    }

    private List<ResultPart> parts(Frame result, ResultLimits limits) throws IOException {
        Map<String, Long> pages = ProtocolHandler.pages(result.header());
        Optional<String> single = ProtocolHandler.resultFile(result.header());
        long returned = result.header().path("returned").asLong();
        if (pages.isEmpty() && single.isEmpty()) {
            return List.of(new ResultPart.InMemory(returned, result.payload()));
        }
        if (pages.isEmpty()) {
            return List.of(new ResultPart.InFile(returned, collectFile(single.get(), limits.maxBytes())));
        }
        if (limits.pages().isEmpty()
                || pages.values().stream().anyMatch(rows -> rows < 0)
                || pages.values().stream().mapToLong(Long::longValue).sum() != returned) {
            throw new ProtocolException("pages whose rows are not those of the result");
        }
        List<ResultPart> parts = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<String, Long> page : pages.entrySet()) {
            Path file = collectFile(page.getKey(), limits.maxBytes() - bytes);
            bytes += Files.size(file);
            parts.add(new ResultPart.InFile(page.getValue(), file));
        }
        return parts;
    }

    /** A file of the result; Arrow needs a little more space than Polars reports. */
    private Path collectFile(String name, long maxBytes) throws IOException {
        Path file = folder.collect(name);
        if (Files.size(file) > maxBytes + maxBytes / 4 + (1 << 20)) {
            throw new ProtocolException("a result of %d bytes".formatted(Files.size(file)));
        }
        return file;
    }

    /** A result is whole where nothing may be cut; one that was written has the rows of its files. */
    private static void requireRowsThatAddUp(JsonNode result, ResultLimits limits) throws ProtocolException {
        long rows = result.path("rows").asLong();
        if (limits.overflow() == Overflow.FAIL
                && !result.hasNonNull("written")
                && rows != result.path("returned").asLong()) {
            throw new ProtocolException("a result of %d rows that is not whole".formatted(rows));
        }
        if (result.path("written").isObject()) {
            long written = 0;
            for (long ofFile : ProtocolHandler.writtenRows(result).values()) {
                if (ofFile < 0 || ofFile > rows - written) {
                    throw new ProtocolException("files whose rows are not those of the result");
                }
                written += ofFile;
            }
            if (written != rows) {
                throw new ProtocolException("files whose rows are not those of the result");
            }
        }
    }

    private StagedResult staged(Frame result) throws IOException {
        Map<String, Long> rows = ProtocolHandler.writtenRows(result.header());
        List<StagedFile> files = folder.claimFiles(ProtocolHandler.written(result.header())).stream()
                .map(file -> file.withRows(
                        rows.getOrDefault(file.path().getFileName().toString(), -1L)))
                .toList();
        Optional<String> replaced = ProtocolHandler.replacedFile(result.header());
        if (replaced.isEmpty()) {
            return new StagedResult(files, Optional.empty(), ProtocolHandler.truncatedRows(result.header()));
        }
        Path numbers = folder.collect(replaced.get());
        return new StagedResult(
                files, Optional.of(new Replaced(numbers, ProtocolHandler.updatedRows(result.header()))));
    }

    /** Empties the worker's folders for its next job. */
    public void clear() throws IOException {
        folder.clear();
        log = new RunLog(64 << 10);
    }

    /** Kills the worker and removes all that it had. */
    @Override
    public void close() {
        stop(new Cancelled());
        awaitDeath();
        cgroup.close();
        try {
            folder.delete();
        } catch (IOException e) {
            LOG.warn("The folder of a worker can't be removed: {}", e.getMessage());
        }
    }

    /** Returns when no process of the sandbox lives and its log is complete. */
    public void awaitDeath() {
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                process.waitFor();
            }
            awaitEmpty();
            logReader.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Many processes take the kernel a while, in which bubblewrap may be gone before them. */
    private void awaitEmpty() throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST_END.toNanos();
        while (first.stream().anyMatch(ProcessHandle::isAlive) || !cgroup.isEmpty()) {
            if (System.nanoTime() > deadline) {
                LOG.error("Processes of a worker can't be ended");
                return;
            }
            cgroup.kill();
            Thread.sleep(5);
        }
    }

    private WorkerReply handle(ProtocolHandler conversation) throws IOException {
        while (true) {
            Optional<Frame> frame = channel.read();
            if (frame.isEmpty()) {
                return died();
            }
            Optional<WorkerReply> ending = conversation.handle(frame.get());
            if (ending.isPresent()) {
                return stopped.get() == null ? blamed(ending.get()) : died();
            }
        }
    }

    /** A disk without space is the server's fault, also where the failure shows in the user's code. */
    private WorkerReply blamed(WorkerReply ending) throws IOException {
        boolean fullDisk = ending instanceof WorkerReply.Failed(UserFailed failed)
                && FullDisk.isNamedIn(failed.error() + failed.details())
                && folder.isLocal()
                && Files.getFileStore(folder.out()).getUsableSpace() < FULL_BELOW_BYTES;
        return fullDisk
                ? new WorkerReply.Failed(
                        new Refused(new NeriumException(ErrorCode.STORAGE_FULL, NeriumException.FULL_DISK)))
                : ending;
    }

    private WorkerReply died() {
        if (stopped.get() == null && process.children().findAny().isEmpty()) {
            awaitLastWords();
        }
        kill();
        awaitDeath();
        return new WorkerReply.Died(causeOfDeath());
    }

    private JobOutcome causeOfDeath() {
        JobOutcome reason = stopped.get();
        if (reason instanceof TimedOut || reason instanceof Cancelled || reason instanceof OutOfDisk) {
            return reason;
        }
        boolean killedThere = process instanceof DaytonaWorker remote && remote.wasKilledThere();
        if (cgroup.ranOutOfMemory() || (reason == null && killedThere)) {
            return new OutOfMemory(tier.memory());
        }
        return reason == null
                ? new Crashed("The worker ended with the exit code " + process.exitValue() + ".")
                : reason;
    }

    /**
     * Kills the sandbox's first process, so that bubblewrap, its parent, returns only after the kernel has ended all others in
     * there.
     */
    private void kill() {
        List<ProcessHandle> children = process.children().toList();
        if (children.isEmpty()) {
            process.destroyForcibly();
        } else {
            first = children;
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private void readLog() {
        try (InputStream in = process.getErrorStream()) {
            readAll(in);
            // Not onExit, which needs a thread of a pool that others may block.
            process.waitFor();
            readLastWords(in);
            log.end();
        } catch (IOException e) {
            LOG.debug("The log of a worker can't be closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * When a process ends, the JDK drains the pipe, possibly during a read, and provides the bytes a moment later. If a worker
     * ended by itself, the rest of its stderr is awaited: it may contain the reason.
     */
    private void readLastWords(InputStream in) {
        long deadline = System.nanoTime() + STDERR_DRAIN_TIMEOUT.toNanos();
        while (readAll(in) == 0 && stopped.get() == null && System.nanoTime() < deadline) {
            LockSupport.parkNanos(STDERR_DRAIN_TIMEOUT.toNanos() / 1_000);
        }
    }

    /** @return how much there was */
    private int readAll(InputStream in) {
        int total = 0;
        byte[] chunk = new byte[8192];
        try {
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                log.append(chunk, length);
                total += length;
            }
        } catch (IOException e) {
            LOG.debug("The log of a worker ended", e);
        }
        return total;
    }
}
