package dev.nerium.sandbox.isolation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.config.SandboxConfig;
import dev.nerium.error.CommandName;
import dev.nerium.sandbox.job.ScriptRuntime;
import dev.nerium.sandbox.job.Tier;
import dev.nerium.sandbox.process.Cgroup;
import dev.nerium.sandbox.process.JobFolder;
import dev.nerium.sandbox.process.WorkerLauncher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts workers, each through the small Python program {@code nerium_spawner}: it joins the cgroups, gives up the server's
 * account, sets resource limits, and becomes bubblewrap. Thread-safe.
 *
 * <p>All of them start on one platform thread that lives as long as the server, because the kernel kills a sandbox that dies
 * with its parent when the <em>thread</em> that started it ends.
 */
final class Spawner implements WorkerLauncher {
    private final WorkerRuntime runtime;
    private final SandboxConfig config;
    private final OptionalInt account;
    private final Path seccomp;
    private final ObjectMapper json = new ObjectMapper();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("spawner").daemon().factory());

    /** @param account of the workers, where it is not the server's own */
    Spawner(WorkerRuntime runtime, SandboxConfig config, OptionalInt account, Path seccomp) {
        this.runtime = runtime;
        this.config = config;
        this.account = account;
        this.seccomp = seccomp;
    }

    /** The runtime of scripts. */
    ScriptRuntime scripts() {
        return runtime.scripts();
    }

    /** Writes the system call filter of all workers; fails where libseccomp is missing. */
    void writeFilter() throws IOException {
        run(List.of(spawner(), "filter", runtime.sitePackages().toString(), seccomp.toString()));
    }

    @Override
    public Process start(JobFolder folder, Cgroup cgroup, Tier tier) throws IOException {
        return start("nerium_worker", folder, cgroup, tier);
    }

    /** @param program the Python module that runs inside */
    Process start(String program, JobFolder folder, Cgroup cgroup, Tier tier) throws IOException {
        ObjectNode order = json.createObjectNode();
        cgroup.joinFiles().forEach(order.putArray("cgroups")::add);
        order.put("uid", account.isPresent() ? account.getAsInt() : null);
        order.put("seccomp", seccomp.toString());
        order.put("fileSize", config.diskSize().bytes());
        order.put("maxOpenFiles", config.maxOpenFiles());
        order.put("maxProcesses", config.maxProcesses());
        order.put("memory", cgroup.hasNoGroups() ? tier.memory().bytes() : null);
        order.put("provider", config.provider().text());
        order.put("bwrap", runtime.bubblewrap().toString());
        order.put("runsc", config.runsc().toString());
        order.put("bundle", folder.bundle().toString());
        order.put("python", runtime.python().toString());
        order.put("runtime", runtime.folder().toString());
        order.put("basePrefix", runtime.basePrefix().toString());
        order.put("worker", runtime.worker().toString());
        order.put("data", folder.data().toString());
        order.put("out", folder.out().toString());
        order.put("tmpSize", config.tmpSize().bytes());
        order.put("shmSize", config.shmSize().bytes());
        order.put("module", program);
        order.put("command", CommandName.forClients());
        order.put("threads", tier.vcpus());
        ProcessBuilder builder = command(List.of(spawner(), "start", json.writeValueAsString(order)));
        try {
            return thread.submit(builder::start).get();
        } catch (ExecutionException e) {
            throw new IOException("A worker can't be started", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while a worker was started", e);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private String spawner() {
        return runtime.worker().resolve("nerium_spawner").toString();
    }

    private ProcessBuilder command(List<String> arguments) {
        List<String> command =
                new java.util.ArrayList<>(List.of(runtime.python().toString(), "-I", "-S", "-B"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.directory(Path.of("/").toFile());
        return builder;
    }

    private void run(List<String> arguments) throws IOException {
        Process process = command(arguments).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }
}
