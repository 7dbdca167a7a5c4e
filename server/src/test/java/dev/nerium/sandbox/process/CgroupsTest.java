package dev.nerium.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.config.ByteSize;
import dev.nerium.sandbox.job.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written into a tree of version 2, such as systemd gives to a service with {@code Delegate=yes}. */
class CgroupsTest {
    private static final Tier TIER = new Tier(2, 2, ByteSize.parse("4GiB"));

    @TempDir
    private Path root = Path.of("");

    private Path service = Path.of("");

    @BeforeEach
    void delegate() throws IOException {
        service = Files.createDirectories(root.resolve("system.slice/nerium.service"));
        Files.writeString(service.resolve("cgroup.controllers"), "cpuset cpu io memory pids\n");
        Files.createFile(service.resolve("cgroup.subtree_control"));
        group(service.resolve("nerium"));
    }

    @Test
    void whatIsInsideCanBeKilled() throws IOException, InterruptedException {
        Process inside = new ProcessBuilder("sleep", "60").start();
        Files.writeString(service.resolve("cgroup.procs"), inside.pid() + "\n");

        new Cgroup(List.of(service)).kill();

        assertThat(inside.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void givesControllersToTheWorkersOnlyAfterTheServerLeftTheGroup() throws IOException {
        CgroupManager cgroups = detect();

        assertThat(cgroups.missing()).isEmpty();
        assertThat(service.resolve("nerium-server/cgroup.procs"))
                .hasContent(String.valueOf(ProcessHandle.current().pid()));
        assertThat(service.resolve("cgroup.subtree_control")).hasContent("+cpu +memory +pids");
        assertThat(service.resolve("nerium/cgroup.subtree_control")).hasContent("+cpu +memory +pids");
    }

    @Test
    void writesTheLimitsOfATier() throws IOException {
        Path worker = group(service.resolve("nerium/7-a"));

        Cgroup cgroup = detect().create("7-a", TIER, 512);

        assertThat(worker.resolve("memory.max")).hasContent("4294967296");
        assertThat(worker.resolve("memory.swap.max")).hasContent("0");
        assertThat(worker.resolve("cpu.max")).hasContent("200000 100000");
        assertThat(worker.resolve("pids.max")).hasContent("512");
        assertThat(cgroup.joinFiles())
                .containsExactly(worker.resolve("cgroup.procs").toString());
    }

    @Test
    void tellsThatTheKernelKilledForWantOfMemory() throws IOException {
        Path worker = group(service.resolve("nerium/7-a"));
        Cgroup cgroup = detect().create("7-a", TIER, 512);
        assertThat(cgroup.ranOutOfMemory()).isFalse();

        Files.writeString(worker.resolve("memory.events"), "low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\n");

        assertThat(cgroup.ranOutOfMemory()).isTrue();
    }

    @Test
    void namesWhatIsNotDelegated() throws IOException {
        Files.writeString(service.resolve("cgroup.controllers"), "memory pids\n");

        assertThat(detect().missing()).containsExactly("cpu");
    }

    @Test
    void hasNothingWhereNothingIsMounted() throws IOException {
        assertThat(CgroupManager.detect(root, root.resolve("missing")).missing())
                .containsExactly("memory", "cpu", "pids");
    }

    private CgroupManager detect() throws IOException {
        Path memberships = Files.writeString(root.resolve("memberships"), "0::/system.slice/nerium.service\n");
        return CgroupManager.detect(root, memberships);
    }

    /** The kernel makes these files in each group. */
    private static Path group(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.createFile(folder.resolve("cgroup.procs"));
        Files.createFile(folder.resolve("cgroup.subtree_control"));
        Files.createFile(folder.resolve("memory.max"));
        Files.createFile(folder.resolve("memory.swap.max"));
        Files.createFile(folder.resolve("cpu.max"));
        Files.createFile(folder.resolve("pids.max"));
        Files.writeString(folder.resolve("memory.events"), "oom_kill 0\n");
        return folder;
    }
}
