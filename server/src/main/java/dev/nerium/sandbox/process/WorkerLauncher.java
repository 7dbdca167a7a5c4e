package dev.nerium.sandbox.process;

import dev.nerium.sandbox.job.Tier;
import java.io.IOException;

/** Starts the processes of workers, wherever they run. Thread-safe. */
public interface WorkerLauncher extends AutoCloseable {
    /** @param folder of the worker, which learns how files get to a process that is not on this machine */
    Process start(JobFolder folder, Cgroup cgroup, Tier tier) throws IOException;

    /** Removes what a server that was killed left running. */
    default void sweep() throws IOException {}

    @Override
    void close();
}
