package dev.nerium.sandbox.admission;

import dev.nerium.config.SandboxConfig;
import dev.nerium.sandbox.job.HostResources;
import dev.nerium.sandbox.job.Tier;

/** The capacity of the machine for all runs together; a run that exceeds it counts as all of it. */
public record Capacity(Share all) {
    /** A part of the machine; a thousandth of a vcpu is the smallest. */
    record Share(long milliCpus, long memoryBytes, int runs) {
        static final Share NOTHING = new Share(0, 0, 0);

        Share plus(Share other) {
            return new Share(milliCpus + other.milliCpus, memoryBytes + other.memoryBytes, runs + other.runs);
        }

        Share minus(Share other) {
            return new Share(milliCpus - other.milliCpus, memoryBytes - other.memoryBytes, runs - other.runs);
        }

        boolean within(Share other) {
            return milliCpus <= other.milliCpus && memoryBytes <= other.memoryBytes && runs <= other.runs;
        }
    }

    public static Capacity of(HostResources machine, SandboxConfig config) {
        return new Capacity(new Share(
                Math.round(machine.processors() * config.cpuOversubscription() * 1000),
                Math.round(machine.memory().bytes() * config.memoryOversubscription()),
                config.maxRunning() > 0 ? config.maxRunning() : Integer.MAX_VALUE));
    }

    Share share(Tier tier) {
        return new Share(
                Math.min(tier.vcpus() * 1000L, all.milliCpus()),
                Math.min(tier.memory().bytes(), all.memoryBytes()),
                1);
    }

    boolean holds(Share share) {
        return share.within(all);
    }
}
