package dev.nerium.sandbox.job;

import dev.nerium.config.ByteSize;

/**
 * The resources of a run on the machine.
 *
 * @param requested vcpus that the request named
 * @param vcpus of them, those that the machine has
 */
public record Tier(int requested, int vcpus, ByteSize memory) {
    /** The smallest tier, which is kept warm. */
    public static final int DEFAULT_VCPUS = 2;

    /** A tier larger than the machine gets what the machine has. */
    public static Tier of(int requested, HostResources machine, ByteSize memoryPerVcpu) {
        int vcpus = Math.min(requested, machine.processors());
        long memory =
                Math.min(requested * memoryPerVcpu.bytes(), machine.memory().bytes() / 10 * 9);
        return new Tier(requested, vcpus, new ByteSize(memory));
    }
}
