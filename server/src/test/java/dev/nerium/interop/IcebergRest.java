package dev.nerium.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A REST catalog that Iceberg's own tests use, in a process of an older Java: its file system does not run on this one. */
public final class IcebergRest implements AutoCloseable {
    /** Where {@code pom.xml} puts that Iceberg and its HTTP server. */
    private static final Path JARS = Path.of("server", "target", "iceberg-rest");

    private static final Path SOURCE =
            Path.of("server", "src", "test", "resources", "interop", "rest", "IcebergRestServer.java");

    private final Process process;
    private final int port;

    /**
     * @param folder of its own, for its tables and its program
     * @param more arguments of the program
     */
    public IcebergRest(Path folder, String... more) throws IOException {
        String classPath = classPath();
        compile(folder, classPath);
        List<String> command = new ArrayList<>(List.of(
                Path.of(Spark.setting("NERIUM_SPARK_JAVA"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                folder + ":" + classPath,
                "IcebergRestServer",
                folder.toString()));
        command.addAll(List.of(more));
        process = new ProcessBuilder(command)
                .redirectError(folder.resolve("log").toFile())
                .start();
        String line = process.inputReader().readLine();
        assertThat(line).as(() -> log(folder)).isNotNull();
        port = Integer.parseInt(Objects.requireNonNull(line));
    }

    public String uri() {
        return "http://127.0.0.1:" + port;
    }

    /** The rest that it needs is what this program needs too. */
    private static String classPath() throws IOException {
        try (Stream<Path> jars = Files.list(JARS)) {
            return jars.map(jar -> jar + ":").collect(Collectors.joining()) + System.getProperty("java.class.path");
        }
    }

    private static void compile(Path folder, String classPath) throws IOException {
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("--release", "17", "-d", folder.toString(), "-cp", classPath, "-proc:none");
            assertThat(compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(SOURCE))
                            .call())
                    .isTrue();
        }
    }

    private static String log(Path folder) {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
