package dev.nerium.sandbox;

import java.util.OptionalLong;

/**
 * What a job took of the machine, as the kernel counted it.
 *
 * @param cpuMicros of all processors together; empty where the kernel does not count it
 * @param peakMemoryBytes likewise; of a worker that ran others' jobs before, theirs may be in it
 */
public record Usage(OptionalLong cpuMicros, OptionalLong peakMemoryBytes) {
    static final Usage UNKNOWN = new Usage(OptionalLong.empty(), OptionalLong.empty());

    Usage since(Usage start) {
        boolean known = cpuMicros.isPresent() && start.cpuMicros.isPresent();
        return new Usage(
                known ? OptionalLong.of(cpuMicros.getAsLong() - start.cpuMicros.getAsLong()) : OptionalLong.empty(),
                peakMemoryBytes);
    }
}
