package dev.nerium.sandbox.isolation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.config.ByteSize;
import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import dev.nerium.config.SandboxConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.sandbox.job.Tier;
import dev.nerium.sandbox.process.Cgroup;
import dev.nerium.sandbox.process.CgroupManager;
import dev.nerium.sandbox.process.JobFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries the sandbox of a configuration on this machine: a program inside attempts what a hostile script would. */
public final class SandboxCheck implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxCheck.class);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Smaller than any tier, so that the limits are reached soon; they are set in the same way. */
    private static final Tier TIER = new Tier(1, 1, ByteSize.parse("512MiB"));

    private final NeriumConfig config;
    private final Isolation walls;
    private final ObjectMapper json = new ObjectMapper();

    /** How well a property holds. */
    public enum State {
        ENFORCED("enforced"),
        WEAKER("weaker"),
        MISSING("not enforced");

        private final String text;

        State(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }

        private static State of(String text) {
            for (State state : values()) {
                if (state.text.equals(text)) {
                    return state;
                }
            }
            throw new IllegalArgumentException("The probe told of a state '" + text + "'");
        }
    }

    /** What came of one attempt. */
    public record Row(String property, State state, String evidence) {}

    private SandboxCheck(NeriumConfig config, Isolation walls) {
        this.config = config;
        this.walls = walls;
    }

    public static SandboxCheck prepare(NeriumConfig config) throws IOException {
        if (config.sandbox().provider() != SandboxConfig.Provider.BUBBLEWRAP) {
            throw new ConfigException("sandbox.provider is "
                    + config.sandbox().provider().text() + ": only what bubblewrap enforces can be checked.");
        }
        return new SandboxCheck(config, Isolation.prepare(config, ""));
    }

    /** Starts one sandbox, and tells what holds inside and what is left afterwards. */
    public List<Row> run() throws IOException {
        String name = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
        JobFolder folder = JobFolder.create(walls.jobs().resolve(name), walls.account());
        try (Cgroup cgroup = walls.cgroups().create(name, TIER, config.sandbox().maxProcesses())) {
            Process process = walls.bubblewrap().start("nerium_spawner.probe", folder, cgroup, TIER);
            CompletableFuture<Process> alarm = process.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS);
            var _ = alarm.whenComplete((_, _) -> process.destroyForcibly());
            return rows(process, cgroup);
        } finally {
            folder.delete();
        }
    }

    @Override
    public void close() {
        walls.starter().close();
    }

    private List<Row> rows(Process process, Cgroup cgroup) throws IOException {
        try {
            tell(process, host().toString());
            List<Row> rows = new ArrayList<>();
            BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
            for (String line = answers.readLine(); line != null && !line.isEmpty(); line = answers.readLine()) {
                JsonNode row = json.readTree(line);
                rows.add(proven(
                        new Row(
                                row.path("property").asText(),
                                State.of(row.path("state").asText()),
                                row.path("evidence").asText()),
                        cgroup));
            }
            if (rows.isEmpty()) {
                throw new NeriumException(
                        ErrorCode.SANDBOX_UNAVAILABLE,
                        "No sandbox can be started here with sandbox.provider: "
                                + config.sandbox().provider().text() + ".",
                        "What it said: "
                                + new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip());
            }
            rows.add(account(process));
            rows.add(afterwards(process));
            return rows;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Busy processes stay below their limit on a busy machine, too: only the kernel knows whether the limit held them back. */
    private static Row proven(Row row, Cgroup cgroup) {
        if (!row.property().equals("processors") || row.state() != State.ENFORCED) {
            return row;
        }
        long throttles = cgroup.throttles();
        return throttles > 0
                ? new Row(row.property(), row.state(), row.evidence() + ", throttled " + throttles + " times")
                : new Row(
                        row.property(),
                        State.WEAKER,
                        row.evidence()
                                + ", never throttled: the machine is too busy to tell, try again when it is idle");
    }

    /** A sandbox that did not start reads nothing, and says why. */
    private static void tell(Process process, String host) {
        try {
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(host)
                    .append('\n')
                    .flush();
        } catch (IOException e) {
            LOG.debug("The probe was not told of its host", e);
        }
    }

    /** What the probe must know to judge what it sees. */
    private ObjectNode host() throws IOException {
        SandboxConfig sandbox = config.sandbox();
        ObjectNode host = json.createObjectNode()
                .put("home", config.home().toString())
                .put("jobs", walls.jobs().toString())
                .put("memory", TIER.memory().bytes())
                .put("vcpus", TIER.vcpus())
                .put("maxProcesses", sandbox.maxProcesses())
                .put("maxOpenFiles", sandbox.maxOpenFiles())
                .put("tmpSize", sandbox.tmpSize().bytes())
                .put("shmSize", sandbox.shmSize().bytes())
                .put("diskSize", sandbox.diskSize().bytes());
        ObjectNode groups = host.putObject("groups");
        for (String controller : CgroupManager.LIMITED) {
            groups.put(controller, !walls.cgroups().missing().contains(controller));
        }
        ObjectNode namespaces = host.putObject("namespaces");
        for (String kind : List.of("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")) {
            namespaces.put(
                    kind, Files.readSymbolicLink(Path.of("/proc/self/ns", kind)).toString());
        }
        return host;
    }

    private static Row account(Process process) {
        List<Integer> accounts =
                process.descendants().map(SandboxCheck::account).distinct().toList();
        boolean holds = !accounts.isEmpty() && !accounts.contains(0);
        return new Row("account outside", holds ? State.ENFORCED : State.MISSING, "uid " + accounts);
    }

    private static int account(ProcessHandle process) {
        try {
            return (int) Files.getAttribute(Path.of("/proc", String.valueOf(process.pid())), "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The probe left a daemon that ignores signals; only the program that started the sandbox is killed here. */
    private static Row afterwards(Process process) {
        List<ProcessHandle> inside = process.descendants().toList();
        process.destroyForcibly();
        try {
            CompletableFuture.allOf(inside.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            return new Row("end", State.MISSING, "processes live on after the kill of their sandbox");
        }
        return new Row("end", State.ENFORCED, inside.size() + " processes died with their parent, a daemon among them");
    }
}
