package dev.nerium.sandbox.job;

import java.util.OptionalLong;

/**
 * The resource usage of a job, as counted by the kernel.
 *
 * @param cpuMicros of all processors together; empty where the kernel does not count it
 * @param peakMemoryBytes likewise; of a worker that ran others' jobs before, theirs may be in it
 */
public record ResourceUsage(OptionalLong cpuMicros, OptionalLong peakMemoryBytes) {
    public static final ResourceUsage UNKNOWN = new ResourceUsage(OptionalLong.empty(), OptionalLong.empty());

    /** @param cpuBefore the processor time before the job */
    public ResourceUsage since(OptionalLong cpuBefore) {
        boolean known = cpuMicros.isPresent() && cpuBefore.isPresent();
        return new ResourceUsage(
                known ? OptionalLong.of(cpuMicros.getAsLong() - cpuBefore.getAsLong()) : OptionalLong.empty(),
                peakMemoryBytes);
    }
}
