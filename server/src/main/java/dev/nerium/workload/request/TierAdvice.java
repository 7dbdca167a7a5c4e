package dev.nerium.workload.request;

import dev.nerium.config.ByteSize;
import dev.nerium.run.RunFacts;
import dev.nerium.sandbox.job.Tier;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A tier that should do, by what has to be read: an estimate from the size of files, since nobody knows how much a join makes.
 *
 * @param vcpus of the request that asks for it
 * @param enough whether the tier has the memory; false if the largest does not
 */
public record TierAdvice(int vcpus, ByteSize memory, boolean enough, String reason) {
    private static final List<Integer> TIERS = List.of(2, 4, 8, 16, 32);

    /** Values in memory take a few times the bytes that they take compressed. */
    private static final int MEMORY_PER_FILE_BYTE = 5;

    /** Bytes that one thread reads in about a second. */
    private static final long BYTES_PER_VCPU = 256L << 20;

    public static TierAdvice of(RunFacts facts, IntFunction<Tier> tiers) {
        ByteSize read = new ByteSize(facts.bytesIn());
        ByteSize needed = new ByteSize(facts.bytesIn() * MEMORY_PER_FILE_BYTE);
        for (int vcpus : TIERS) {
            Tier tier = tiers.apply(vcpus);
            boolean last = vcpus == TIERS.getLast();
            boolean fits = tier.memory().bytes() >= needed.bytes();
            if (last || (fits && vcpus * BYTES_PER_VCPU >= read.bytes() / 4)) {
                return new TierAdvice(
                        vcpus,
                        tier.memory(),
                        fits,
                        "%s of files are read, about %s in memory if all rows are in memory at once."
                                .formatted(read, needed));
            }
        }
        throw new IllegalStateException("there are no tiers");
    }
}
