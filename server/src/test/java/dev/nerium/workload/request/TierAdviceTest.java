package dev.nerium.workload.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.config.ByteSize;
import dev.nerium.run.RunFacts;
import dev.nerium.run.RunFacts.Scan;
import dev.nerium.sandbox.job.HostResources;
import dev.nerium.sandbox.job.Tier;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TierAdviceTest {
    private static final HostResources MACHINE = new HostResources(64, ByteSize.parse("1TiB"));

    @Test
    void theLargestTierIsNotEnoughForAnInputThatMayNeedMoreMemory() {
        assertThat(advice("1MiB").vcpus()).isEqualTo(2);
        assertThat(advice("1MiB").enough()).isTrue();
        assertThat(advice("12GiB").vcpus()).isEqualTo(32);
        assertThat(advice("12GiB").enough()).isTrue();
        assertThat(advice("13GiB").vcpus()).isEqualTo(32);
        assertThat(advice("13GiB").enough()).isFalse();
        assertThat(advice("13GiB").reason())
                .isEqualTo("13 GiB of files are read, about 65 GiB in memory if all rows are in memory at once.");
    }

    private static TierAdvice advice(String size) {
        Scan scan = new Scan(
                "oleander.default.t",
                1L,
                1,
                null,
                1,
                ByteSize.parse(size).bytes(),
                null,
                null,
                null,
                null,
                null,
                null,
                1);
        RunFacts facts = new RunFacts(
                Map.of(),
                List.of(),
                List.of(),
                List.of(scan),
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                Map.of(),
                null);
        return TierAdvice.of(facts, vcpus -> Tier.of(vcpus, MACHINE, ByteSize.parse("2GiB")));
    }
}
