package dev.nerium.sandbox.process;

import dev.nerium.sandbox.job.ResourceUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The groups of one worker, one per hierarchy. */
public final class Cgroup implements AutoCloseable {
    private static final int ATTEMPTS = 50;
    private static final Logger LOG = LoggerFactory.getLogger(Cgroup.class);

    private final List<Path> folders;

    /** The counters, found once: a small query would pay for each search. */
    private final Optional<CounterFile> cpuNanos;

    private final Optional<CounterFile> cpuMicros;
    private final Optional<CounterFile> throttles;
    private final Optional<CounterFile> resettablePeak;
    private final Optional<CounterFile> peak;

    public Cgroup(List<Path> folders) {
        this.folders = List.copyOf(folders);
        cpuNanos = counter("cpuacct.usage", "");
        cpuMicros = counter("cpu.stat", "usage_usec ");
        throttles = counter("cpu.stat", "nr_throttled ");
        resettablePeak = file("memory.max_usage_in_bytes").map(CounterFile::writable);
        peak = resettablePeak.or(() -> counter("memory.peak", ""));
    }

    /** Whether nothing is counted or limited: there are no groups. */
    public boolean hasNoGroups() {
        return folders.isEmpty();
    }

    /** A process that writes its id into each of these joins the groups. */
    public List<String> joinFiles() {
        return folders.stream()
                .map(folder -> folder.resolve("cgroup.procs").toString())
                .toList();
    }

    /** Whether the kernel killed something in here for want of memory. */
    boolean ranOutOfMemory() {
        return folders.stream()
                .flatMap(folder ->
                        List.of("memory.oom_control", "memory.events").stream().map(folder::resolve))
                .filter(Files::exists)
                .anyMatch(Cgroup::countsKills);
    }

    private static boolean countsKills(Path file) {
        try {
            return Files.readAllLines(file).stream().anyMatch(line -> line.matches("oom_kill [1-9]\\d*"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Sets what the group counts against others that want the processors too: 1 next to nothing, 100 the usual. */
    void weigh(int percent) {
        // Version 1 counts from 2, and 1024 is the usual.
        file("cpu.shares").ifPresent(file -> write(file, Math.max(2, percent * 1024 / 100)));
        file("cpu.weight").ifPresent(file -> write(file, percent));
    }

    /** The resource usage of its processes since the group was created; if the kernel supports it, the peak since {@link #forgetPeak}. */
    ResourceUsage usage() {
        return new ResourceUsage(cpuMicros(), read(peak));
    }

    /** Number of times that its processes were throttled because they had used up their share of the processors. */
    public long throttles() {
        return read(throttles).orElse(0);
    }

    void forgetPeak() {
        resettablePeak.ifPresent(file -> file.write(0));
    }

    /** The processor time of its processes since the group was created, if the kernel counts it. */
    OptionalLong cpuMicros() {
        OptionalLong nanos = read(cpuNanos);
        return nanos.isPresent() ? OptionalLong.of(nanos.getAsLong() / 1000) : read(cpuMicros);
    }

    private Optional<Path> file(String name) {
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::exists)
                .findFirst();
    }

    private Optional<CounterFile> counter(String name, String label) {
        return file(name).map(file -> CounterFile.readable(file, label));
    }

    private static OptionalLong read(Optional<CounterFile> counter) {
        return counter.isPresent() ? counter.get().read() : OptionalLong.empty();
    }

    private static void write(Path file, int value) {
        try {
            Files.writeString(file, String.valueOf(value));
        } catch (IOException e) {
            LOG.debug("{} can't be set", file, e);
        }
    }

    /** Kills every process in it. */
    void kill() {
        folders.stream()
                .map(folder -> folder.resolve("cgroup.procs"))
                .flatMap(Cgroup::processes)
                .forEach(ProcessHandle::destroyForcibly);
    }

    boolean isEmpty() {
        return folders.stream()
                .map(folder -> folder.resolve("cgroup.procs"))
                .flatMap(Cgroup::processes)
                .findAny()
                .isEmpty();
    }

    private static Stream<ProcessHandle> processes(Path file) {
        try {
            return Files.exists(file)
                    ? Files.readAllLines(file).stream()
                            .map(Long::parseLong)
                            .flatMap(process -> ProcessHandle.of(process).stream())
                    : Stream.empty();
        } catch (IOException e) {
            LOG.debug("{} can't be read", file, e);
            return Stream.empty();
        }
    }

    /** Removes the groups, which must have no process any more; the kernel may take a moment to see that. */
    @Override
    public void close() {
        Stream.of(cpuNanos, cpuMicros, throttles, peak)
                .flatMap(Optional::stream)
                .forEach(CounterFile::close);
        for (Path folder : folders) {
            for (int attempt = 1; !removed(folder); attempt++) {
                if (attempt == ATTEMPTS) {
                    LOG.warn("The control group {} can't be removed: it still has processes", folder);
                    break;
                }
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
    }

    private static boolean removed(Path folder) {
        try {
            Files.deleteIfExists(folder);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
