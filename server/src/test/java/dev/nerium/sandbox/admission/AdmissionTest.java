package dev.nerium.sandbox.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.config.ByteSize;
import dev.nerium.config.NeriumConfig;
import dev.nerium.config.SandboxConfig;
import dev.nerium.error.NeriumException;
import dev.nerium.sandbox.admission.Admission.Slot;
import dev.nerium.sandbox.job.HostResources;
import dev.nerium.sandbox.job.Tier;
import dev.nerium.sandbox.job.Work;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, and in which order. */
@Timeout(60)
class AdmissionTest {
    private static final HostResources MACHINE = new HostResources(8, new ByteSize(64L << 30));
    private static final Tier SMALL = tier(2);

    @TempDir
    private Path home;

    /** A run that was let in. */
    private record Entered(String name, Slot place) {}

    private final BlockingQueue<Entered> entered = new LinkedBlockingQueue<>();
    private final List<Thread> waiting = new ArrayList<>();

    @AfterEach
    void giveUp() throws InterruptedException {
        for (Thread thread : waiting) {
            thread.interrupt();
            thread.join();
        }
    }

    @Test
    void keysTakeTurns() throws InterruptedException {
        Admission admission = admission(Map.of("max-running", "1"));
        Slot first = enter(admission, "greedy", SMALL);
        for (int i = 0; i < 5; i++) {
            queue(admission, "greedy", "greedy-" + i, SMALL);
        }
        queue(admission, "modest", "modest", SMALL);

        admission.release(first);

        assertThat(namesInOrder(admission, 6))
                .containsExactly("greedy-0", "modest", "greedy-1", "greedy-2", "greedy-3", "greedy-4");
    }

    @Test
    void letsInAsManyAsTheVcpusCarry() throws InterruptedException {
        Admission admission = admission(Map.of("cpu-oversubscription", "1"));
        for (int i = 0; i < 4; i++) {
            enter(admission, "key", SMALL);
        }

        assertThatThrownBy(() -> admission.acquire(request("key", SMALL, Optional.of(Duration.ZERO))))
                .isInstanceOf(NeriumException.class)
                .hasMessage("The server is busy: the run waited for 0 s (Prefer: wait=0). Try again later.");
    }

    @Test
    void letsInAsManyAsTheMemoryCarries() throws InterruptedException {
        Admission admission = admission(Map.of("cpu-oversubscription", "100", "memory-oversubscription", "0.5"));
        for (int i = 0; i < 8; i++) {
            enter(admission, "key", SMALL);
        }

        assertThatThrownBy(() -> admission.acquire(request("key", SMALL, Optional.of(Duration.ZERO))))
                .isInstanceOf(NeriumException.class);
    }

    @Test
    void aRunLargerThanTheMachineRunsAlone() throws InterruptedException {
        Admission admission = admission(Map.of("cpu-oversubscription", "0.5"));
        Slot alone = enter(admission, "key", tier(8));
        queue(admission, "key", "next", SMALL);

        assertThat(entered).isEmpty();
        admission.release(alone);
        assertThat(namesInOrder(admission, 1)).containsExactly("next");
    }

    @Test
    void smallerRunsPassALargeOneOnlySoOften() throws InterruptedException {
        Admission admission = admission(Map.of("cpu-oversubscription", "1"));
        Slot small = enter(admission, "small", SMALL);
        queue(admission, "large", "large", tier(8));
        for (int i = 0; i < 8; i++) {
            admission.release(enter(admission, "small", SMALL));
        }

        assertThatThrownBy(() -> enter(admission, "small", SMALL)).isInstanceOf(NeriumException.class);
        queue(admission, "small", "late", SMALL);
        admission.release(small);

        assertThat(namesInOrder(admission, 2)).containsExactly("large", "late");
    }

    @Test
    void oneKeyCannotFillTheQueue() throws InterruptedException {
        Admission admission = admission(Map.of("max-running", "1", "max-queued", "3", "max-queued-per-key", "2"));
        enter(admission, "greedy", SMALL);
        queue(admission, "greedy", "a", SMALL);
        queue(admission, "greedy", "b", SMALL);

        assertThatThrownBy(() -> admission.acquire(request("greedy", SMALL, Optional.empty())))
                .hasMessage("The server is busy: 2 runs of this key wait already (sandbox.max-queued-per-key)."
                        + " Try again later.");
        queue(admission, "modest", "c", SMALL);
        assertThatThrownBy(() -> admission.acquire(request("third", SMALL, Optional.empty())))
                .hasMessage("The server is busy: 3 runs wait already (sandbox.max-queued). Try again later.");
    }

    @Test
    void whoGivesUpFreesItsPlaceInTheQueue() throws InterruptedException {
        Admission admission = admission(Map.of("max-running", "1", "max-queued", "1"));
        Slot first = enter(admission, "key", SMALL);
        Thread impatient = queue(admission, "key", "impatient", SMALL);

        impatient.interrupt();
        impatient.join();
        queue(admission, "key", "patient", SMALL);
        admission.release(first);

        assertThat(namesInOrder(admission, 1)).containsExactly("patient");
    }

    @Test
    void tellsWhenToComeBackFromHowLongRunsTake() throws InterruptedException {
        Admission admission = admission(Map.of("max-running", "1", "max-queued", "0"));
        enter(admission, "key", SMALL);

        assertThatThrownBy(() -> admission.acquire(request("key", SMALL, Optional.empty())))
                .isInstanceOfSatisfying(
                        NeriumException.class,
                        e -> assertThat(e.retry().orElseThrow().after()).isEqualTo(Duration.ofSeconds(5)));
    }

    private Admission admission(Map<String, String> settings) {
        Map<String, String> overrides = new HashMap<>();
        settings.forEach((key, value) -> overrides.put("sandbox." + key, value));
        SandboxConfig config = NeriumConfig.load(home, overrides, Map.of()).sandbox();
        return new Admission(Capacity.of(MACHINE, config), config, Clock.systemUTC());
    }

    private static Tier tier(int vcpus) {
        return Tier.of(vcpus, MACHINE, new ByteSize(2L << 30));
    }

    private static Slot enter(Admission admission, String key, Tier tier) throws InterruptedException {
        return admission.acquire(request(key, tier, Optional.of(Duration.ZERO)));
    }

    /** Starts a run that waits, or has its place when this returns. */
    private Thread queue(Admission admission, String key, String name, Tier tier) {
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                entered.add(new Entered(name, admission.acquire(request(key, tier, Optional.empty()))));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        waiting.add(thread);
        Awaitility.await().until(() -> thread.getState() == Thread.State.TIMED_WAITING || !thread.isAlive());
        return thread;
    }

    private List<String> namesInOrder(Admission admission, int count) throws InterruptedException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Entered next = Objects.requireNonNull(entered.poll(10, TimeUnit.SECONDS));
            names.add(next.name());
            admission.release(next.place());
        }
        return names;
    }

    private static LeaseRequest request(String key, Tier tier, Optional<Duration> timeout) {
        return new LeaseRequest(new Work.Query("SELECT 1"), tier, key, timeout);
    }
}
