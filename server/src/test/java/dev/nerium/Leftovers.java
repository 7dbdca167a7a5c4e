package dev.nerium;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * Fails a test class that leaves a thread, a process or a handler to the next one, and deletes its temporary files. JUnit finds it
 * by itself, for every class.
 */
public final class Leftovers implements BeforeAllCallback, AfterAllCallback {
    /** Threads that libraries keep for the life of the JVM, and JUnit's own; Helidon keeps a timer of each stopped server. */
    private static final Pattern SHARED = Pattern.compile(
            String.join(
                    "|",
                    "main|surefire.*|junit-.*|awaitility.*|JFR.*|process reaper.*|ForkJoinPool.*|VirtualThread-.*",
                    "(Common-)?Cleaner.*|Finalizer|Reference Handler|Signal Dispatcher|Notification Thread|Attach Listener",
                    "(Read|Write|Master)-?Poller.*|Keep-Alive-Timer|SSL-.*|Timer for .*",
                    "helidon-idle-connection-timer|PostgreSQL-JDBC-Cleaner|iceberg-.*|idle-connection-reaper|sdk-.*|response-input-stream-timeout-scheduler|org\\.apache\\.hadoop.*|caffeine.*"));

    /** Threads that a library starts once, with the first server. */
    private static final Pattern ONCE = Pattern.compile("helidon-http-timer|prometheus-metrics-scheduler-.*");

    private static final Namespace NAMESPACE = Namespace.create(Leftovers.class);

    static {
        // Beside other tests, or on a busy machine, what is waited for comes late.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    }

    /** What a class may not add to. */
    private record State(List<String> shared, Set<String> threads, Set<Long> processes, boolean handler) {
        static State now() {
            return new State(
                    running()
                            .map(Thread::getName)
                            .filter(ONCE.asMatchPredicate())
                            .toList(),
                    running()
                            .filter(thread -> !ONCE.matcher(thread.getName()).matches())
                            .map(thread -> thread.getName() + " (" + thread.threadId() + ")")
                            .collect(Collectors.toSet()),
                    ProcessHandle.current()
                            .descendants()
                            .filter(process -> !isShared(process))
                            .map(ProcessHandle::pid)
                            .collect(Collectors.toSet()),
                    Thread.getDefaultUncaughtExceptionHandler() != null);
        }

        boolean addsTo(State before) {
            return Set.copyOf(shared).size() < shared.size()
                    || !before.threads.containsAll(threads)
                    || !before.processes.containsAll(processes);
        }

        private static Stream<Thread> running() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> !SHARED.matcher(thread.getName()).matches());
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (isOutermost(context)) {
            store(context).put("before", State.now());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (!isOutermost(context)) {
            return;
        }
        State before = requireNonNull(store(context).remove("before", State.class));
        // Asked before anything waits: Awaitility sets one of its own meanwhile.
        assertThat(State.now().handler()).as("a handler of uncaught exceptions").isEqualTo(before.handler());
        if (State.now().addsTo(before)) {
            // Java's HTTP clients that nobody has any longer end their threads then.
            System.gc();
            // What was told to end takes a moment.
            await().pollInterval(Duration.ofMillis(50)).untilAsserted(() -> assertNothingIsNew(before, State.now()));
        }
        TestFiles.deleteAll();
    }

    private static void assertNothingIsNew(State before, State after) {
        assertThat(after.shared()).as("threads that are started once").doesNotHaveDuplicates();
        assertThat(after.threads()).as("threads").isSubsetOf(before.threads());
        assertThat(after.processes()).as("processes").isSubsetOf(before.processes());
    }

    /** The Spark that all classes use, and what it started. */
    private static boolean isShared(ProcessHandle process) {
        return process.info().commandLine().orElse("").contains("interop/spark/session.py")
                || process.parent()
                        .filter(parent ->
                                parent.pid() != ProcessHandle.current().pid())
                        .filter(Leftovers::isShared)
                        .isPresent();
    }

    private static boolean isOutermost(ExtensionContext context) {
        return context.getRequiredTestClass().getEnclosingClass() == null;
    }

    private static Store store(ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }
}
