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
    private final Isolation isolation;
    private final ObjectMapper json = new ObjectMapper();

    /** The degree to which a property is enforced. */
    public enum CheckState {
        ENFORCED("enforced"),
        WEAKER("weaker"),
        MISSING("not enforced");

        private final String text;

        CheckState(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }

        private static CheckState of(String text) {
            for (CheckState state : values()) {
                if (state.text.equals(text)) {
                    return state;
                }
            }
            throw new IllegalArgumentException("The probe reported the unknown state '" + text + "'");
        }
    }

    /** The outcome of one attempt. */
    public record CheckRow(String property, CheckState state, String evidence) {}

    private SandboxCheck(NeriumConfig config, Isolation isolation) {
        this.config = config;
        this.isolation = isolation;
    }

    public static SandboxCheck prepare(NeriumConfig config) throws IOException {
        if (config.sandbox().provider() != SandboxConfig.Provider.BUBBLEWRAP) {
            throw new ConfigException("sandbox.provider is "
                    + config.sandbox().provider().text() + ": only what bubblewrap enforces can be checked.");
        }
        return new SandboxCheck(config, Isolation.detect(config, ""));
    }

    /** Starts one sandbox, and reports which limits are enforced inside and what remains afterwards. */
    public List<CheckRow> run() throws IOException {
        String name = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
        JobFolder folder = JobFolder.create(isolation.jobs().resolve(name), isolation.account());
        try (Cgroup cgroup =
                isolation.cgroups().create(name, TIER, config.sandbox().maxProcesses())) {
            Process process = isolation.bubblewrap().start("nerium_spawner.probe", folder, cgroup, TIER);
            CompletableFuture<Process> alarm = process.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS);
            var _ = alarm.whenComplete((_, _) -> process.destroyForcibly());
            return rows(process, cgroup);
        } finally {
            folder.delete();
        }
    }

    @Override
    public void close() {
        isolation.starter().close();
    }

    private List<CheckRow> rows(Process process, Cgroup cgroup) throws IOException {
        try {
            greet(process, host().toString());
            List<CheckRow> rows = new ArrayList<>();
            BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
            for (String line = answers.readLine(); line != null && !line.isEmpty(); line = answers.readLine()) {
                JsonNode row = json.readTree(line);
                rows.add(proven(
                        new CheckRow(
                                row.path("property").asText(),
                                CheckState.of(row.path("state").asText()),
                                row.path("evidence").asText()),
                        cgroup));
            }
            if (rows.isEmpty()) {
                throw new NeriumException(
                        ErrorCode.SANDBOX_UNAVAILABLE,
                        "No sandbox can be started here with sandbox.provider: "
                                + config.sandbox().provider().text() + ".",
                        "Its output: "
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
    private static CheckRow proven(CheckRow row, Cgroup cgroup) {
        if (!row.property().equals("processors") || row.state() != CheckState.ENFORCED) {
            return row;
        }
        long throttles = cgroup.throttles();
        return throttles > 0
                ? new CheckRow(row.property(), row.state(), row.evidence() + ", throttled " + throttles + " times")
                : new CheckRow(
                        row.property(),
                        CheckState.WEAKER,
                        row.evidence()
                                + ", never throttled: the machine is too busy for this check, try again when it is idle");
    }

    /** A sandbox that did not start reads nothing; its output has the reason. */
    private static void greet(Process process, String host) {
        try {
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(host)
                    .append('\n')
                    .flush();
        } catch (IOException e) {
            LOG.debug("The probe did not get the facts about its host", e);
        }
    }

    /** The facts about the host that the probe compares with its observations. */
    private ObjectNode host() throws IOException {
        SandboxConfig sandbox = config.sandbox();
        ObjectNode host = json.createObjectNode()
                .put("home", config.home().toString())
                .put("jobs", isolation.jobs().toString())
                .put("memory", TIER.memory().bytes())
                .put("vcpus", TIER.vcpus())
                .put("maxProcesses", sandbox.maxProcesses())
                .put("maxOpenFiles", sandbox.maxOpenFiles())
                .put("tmpSize", sandbox.tmpSize().bytes())
                .put("shmSize", sandbox.shmSize().bytes())
                .put("diskSize", sandbox.diskSize().bytes());
        ObjectNode groups = host.putObject("groups");
        for (String controller : CgroupManager.LIMITED) {
            groups.put(controller, !isolation.cgroups().missing().contains(controller));
        }
        ObjectNode namespaces = host.putObject("namespaces");
        for (String kind : List.of("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")) {
            namespaces.put(
                    kind, Files.readSymbolicLink(Path.of("/proc/self/ns", kind)).toString());
        }
        return host;
    }

    private static CheckRow account(Process process) {
        List<Integer> accounts =
                process.descendants().map(SandboxCheck::account).distinct().toList();
        boolean holds = !accounts.isEmpty() && !accounts.contains(0);
        return new CheckRow("account outside", holds ? CheckState.ENFORCED : CheckState.MISSING, "uid " + accounts);
    }

    private static int account(ProcessHandle process) {
        try {
            return (int) Files.getAttribute(Path.of("/proc", String.valueOf(process.pid())), "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The probe left a daemon that ignores signals; only the program that started the sandbox is killed here. */
    private static CheckRow afterwards(Process process) {
        List<ProcessHandle> inside = process.descendants().toList();
        process.destroyForcibly();
        try {
            CompletableFuture.allOf(inside.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            return new CheckRow("end", CheckState.MISSING, "processes live on after the kill of their sandbox");
        }
        return new CheckRow(
                "end", CheckState.ENFORCED, inside.size() + " processes died with their parent, a daemon among them");
    }
}
