package dev.nerium.sandbox.process;

import dev.nerium.sandbox.job.ResourceUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The groups of one worker, one per hierarchy. */
public record Cgroup(List<Path> folders) implements AutoCloseable {
    private static final int ATTEMPTS = 50;
    private static final Logger LOG = LoggerFactory.getLogger(Cgroup.class);

    public Cgroup {
        folders = List.copyOf(folders);
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
        for (Path folder : folders) {
            // Version 1 counts from 2, and 1024 is the usual.
            write(folder.resolve("cpu.shares"), Math.max(2, percent * 1024 / 100));
            write(folder.resolve("cpu.weight"), percent);
        }
    }

    /** The resource usage of its processes since the group was created; if the kernel supports it, the peak since {@link #forgetPeak}. */
    ResourceUsage usage() {
        return new ResourceUsage(cpuMicros(), peakBytes());
    }

    /** Number of times that its processes were throttled because they had used up their share of the processors. */
    public long throttles() {
        return number("cpu.stat", "(?s).*?nr_throttled (\\d+).*").orElse(0);
    }

    void forgetPeak() {
        folders.forEach(folder -> write(folder.resolve("memory.max_usage_in_bytes"), 0));
    }

    private OptionalLong cpuMicros() {
        OptionalLong nanos = number("cpuacct.usage", "(\\d+)\\s*");
        return nanos.isPresent()
                ? OptionalLong.of(nanos.getAsLong() / 1000)
                : number("cpu.stat", "(?s).*?usage_usec (\\d+).*");
    }

    private OptionalLong peakBytes() {
        OptionalLong legacy = number("memory.max_usage_in_bytes", "(\\d+)\\s*");
        return legacy.isPresent() ? legacy : number("memory.peak", "(\\d+)\\s*");
    }

    private OptionalLong number(String name, String pattern) {
        for (Path folder : folders) {
            Path file = folder.resolve(name);
            try {
                Matcher matcher = Pattern.compile(pattern).matcher(Files.exists(file) ? Files.readString(file) : "");
                if (matcher.matches()) {
                    return OptionalLong.of(Long.parseLong(matcher.group(1)));
                }
            } catch (IOException e) {
                LOG.debug("{} can't be read", file, e);
            }
        }
        return OptionalLong.empty();
    }

    private static void write(Path file, int value) {
        try {
            if (Files.exists(file)) {
                Files.writeString(file, String.valueOf(value));
            }
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
