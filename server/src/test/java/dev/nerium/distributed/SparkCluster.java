package dev.nerium.distributed;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real Spark cluster on this machine: a master, two workers with an executor each, and Spark Connect, or Spark Connect alone. */
final class SparkCluster implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    /** The tables are small: code that is compiled once is soonest done. */
    private static final String QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    private static final Pattern TASK =
            Pattern.compile("(Running task|Finished task|trying to kill task|Exception in task) .*\\(TID (\\d+)\\)");

    private final Path folder;
    private final Path spark;
    private final int masterPort = freePort();
    private final int connectPort = freePort();
    private final List<Process> processes = new ArrayList<>();
    private final List<Process> workers = new ArrayList<>();
    private @Nullable Process connect;

    private SparkCluster(Path folder) throws IOException {
        this.folder = folder;
        this.spark =
                Path.of(setting("NERIUM_SPARK_PYTHON")).resolveSibling("../lib").normalize();
    }

    static SparkCluster start() {
        return start(SparkCluster::launch);
    }

    /** Spark Connect with an executor in its own process, for tests of what Nerium sends to it. */
    static SparkCluster startOne() {
        return start(cluster -> cluster.launchConnect("local[2]"));
    }

    private interface Launch {
        void of(SparkCluster cluster) throws IOException;
    }

    private static SparkCluster start(Launch launch) {
        try {
            SparkCluster cluster = new SparkCluster(TestFiles.newFolder("cluster"));
            try {
                launch.of(cluster);
                return cluster;
            } catch (IOException | RuntimeException | Error e) {
                cluster.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a server's configuration has it. */
    String url() {
        return "sc://" + HOST + ":" + connectPort;
    }

    Map<String, String> settings() {
        return Map.of("distributed.backend", "spark-connect", "distributed.spark-connect.url", url());
    }

    /** Kills a worker and its executor, as a machine dies. */
    void killWorker() {
        kill(workers.removeFirst());
    }

    /** Starts a worker. */
    void addWorker() throws IOException {
        Process worker = spawn(
                "worker-" + processes.size(),
                "spark-class",
                "org.apache.spark.deploy.worker.Worker",
                "--host",
                HOST,
                "--webui-port",
                "0",
                "--cores",
                "1",
                "--memory",
                "1g",
                "--work-dir",
                folder.resolve("work").toString(),
                master());
        workers.add(worker);
    }

    /** Kills Spark Connect and starts another, which knows nothing of what there was. */
    void restart() throws IOException {
        kill(requireNonNull(connect));
        launchConnect(master());
    }

    private void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
        processes.remove(process);
    }

    /** Tasks that the executors began since the cluster started. */
    Set<String> tasksBegun() {
        return tasks(false);
    }

    /** Those of them that neither ended nor were told to end. */
    Set<String> tasksRunning() {
        return tasks(true);
    }

    private Set<String> tasks(boolean running) {
        try (Stream<Path> logs = Files.find(folder.resolve("work"), 3, (path, _) -> path.endsWith("stderr"))) {
            Set<String> tasks = new HashSet<>();
            for (Path log : logs.toList()) {
                try (Stream<String> lines = Files.lines(log)) {
                    lines.map(TASK::matcher).filter(Matcher::find).forEach(line -> {
                        String task = log + " " + line.group(2);
                        if (line.group(1).equals("Running task")) {
                            tasks.add(task);
                        } else if (running) {
                            tasks.remove(task);
                        }
                    });
                }
            }
            return tasks;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for a task that runs for some seconds, as those before it do not. */
    void awaitLongTask(Set<String> begunBefore) {
        AtomicReference<Set<String>> seen = new AtomicReference<>(Set.of());
        await().pollInterval(2, TimeUnit.SECONDS).until(() -> {
            Set<String> running = tasksRunning();
            running.removeAll(begunBefore);
            return !Collections.disjoint(running, seen.getAndSet(running));
        });
    }

    /** Waits until no further task runs, nor begins. */
    void awaitNoTask(Set<String> begunBefore) {
        await().during(3, TimeUnit.SECONDS).until(() -> begunBefore.containsAll(tasksRunning()));
    }

    private void launch() throws IOException {
        spawn(
                "master",
                "spark-class",
                "org.apache.spark.deploy.master.Master",
                "--host",
                HOST,
                "--port",
                String.valueOf(masterPort),
                "--webui-port",
                "0");
        await().until(() -> answers(masterPort));
        addWorker();
        addWorker();
        launchConnect(master());
    }

    private void launchConnect(String master) throws IOException {
        connect = spawn(
                "connect",
                "spark-submit",
                Stream.concat(
                                Stream.of(
                                        "--master",
                                        master,
                                        "--class",
                                        "org.apache.spark.sql.connect.service.SparkConnectServer",
                                        "--jars",
                                        jar()),
                                Stream.concat(
                                        configuration().entrySet().stream()
                                                .flatMap(entry ->
                                                        Stream.of("--conf", entry.getKey() + "=" + entry.getValue())),
                                        Stream.of("spark-internal")))
                        .toArray(String[]::new));
        await().atMost(90, TimeUnit.SECONDS).until(() -> answers(connectPort));
    }

    private Map<String, String> configuration() {
        return Map.ofEntries(
                Map.entry("spark.connect.grpc.binding.address", HOST),
                Map.entry("spark.connect.grpc.binding.port", String.valueOf(connectPort)),
                Map.entry("spark.driver.extraJavaOptions", QUICK),
                Map.entry("spark.driver.host", HOST),
                Map.entry("spark.driver.memory", "900m"),
                Map.entry("spark.executor.extraJavaOptions", QUICK),
                Map.entry("spark.executor.memory", "700m"),
                Map.entry("spark.executor.cores", "1"),
                Map.entry("spark.local.dir", folder.resolve("local").toString()),
                Map.entry("spark.sql.codegen.factoryMode", "NO_CODEGEN"),
                Map.entry("spark.sql.codegen.wholeStage", "false"),
                Map.entry("spark.sql.shuffle.partitions", "2"),
                // Spark asks tasks to end, and a loop that looks at no more rows never hears it.
                Map.entry("spark.task.reaper.enabled", "true"),
                Map.entry("spark.task.reaper.killTimeout", "5s"),
                Map.entry("spark.ui.enabled", "false"));
    }

    private Process spawn(String name, String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(home().resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().remove("JDK_JAVA_OPTIONS");
        builder.environment()
                .putAll(Map.of(
                        "JAVA_HOME",
                        setting("NERIUM_SPARK_JAVA"),
                        "SPARK_HOME",
                        home().toString(),
                        "SPARK_LOCAL_IP",
                        HOST,
                        "SPARK_DAEMON_JAVA_OPTS",
                        QUICK,
                        "SPARK_DAEMON_MEMORY",
                        "600m",
                        "SPARK_NO_DAEMONIZE",
                        "1",
                        "TZ",
                        "UTC"));
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private String master() {
        return "spark://" + HOST + ":" + masterPort;
    }

    private Path home() throws IOException {
        try (Stream<Path> found = Files.find(spark, 4, (path, _) -> path.endsWith("site-packages/pyspark"))) {
            return found.findFirst().orElseThrow();
        }
    }

    /** Where {@code pom.xml} puts Iceberg's runtime for Spark. */
    private static String jar() throws IOException {
        try (Stream<Path> jars = Files.list(Path.of("server", "target", "spark"))) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith("iceberg-spark-runtime"))
                    .findFirst()
                    .orElseThrow()
                    .toAbsolutePath()
                    .toString();
        }
    }

    private boolean answers(int port) throws IOException {
        for (Process process : processes) {
            assertThat(process.isAlive()).as(this::logs).isTrue();
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String logs() {
        try (Stream<Path> logs = Files.list(folder)) {
            StringBuilder text = new StringBuilder();
            for (Path log :
                    logs.filter(file -> file.toString().endsWith(".log")).toList()) {
                text.append(Files.readString(log));
            }
            return text.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String setting(String name) {
        String value = System.getenv(name);
        assertThat(value)
                .as(name + " is not set: run the tests by './nerium test', or leave out those that need Spark")
                .isNotBlank();
        return value;
    }

    @Override
    public void close() {
        processes.reversed().forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
        processes.forEach(process -> process.onExit()
                .orTimeout(Duration.ofSeconds(20).toMillis(), TimeUnit.MILLISECONDS)
                .join());
        try {
            TestFiles.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
