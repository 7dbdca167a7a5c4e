package dev.nerium;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, in a copy of the repository without sources, with a JDK and a Maven that only report how they were called. */
class LauncherTest {
    private static final List<String> PROGRAMS = List.of(
            "cat",
            "cut",
            "dirname",
            "find",
            "flock",
            "id",
            "mkdir",
            "mktemp",
            "mv",
            "readlink",
            "rm",
            "sed",
            "sha256sum",
            "stat",
            "touch",
            "uname");

    @TempDir
    private Path folder;

    private Path checkout;
    private Path jdk;
    private Path called;

    @BeforeEach
    void copy() throws IOException {
        Path repository = Path.of("").toAbsolutePath();
        checkout = Files.createDirectory(folder.resolve("checkout"));
        Files.copy(repository.resolve("nerium"), checkout.resolve("nerium"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createDirectory(checkout.resolve("tools"));
        try (Stream<Path> tools = Files.list(repository.resolve("tools"))) {
            for (Path tool : tools.filter(Files::isRegularFile).toList()) {
                Files.copy(tool, checkout.resolve("tools").resolve(tool.getFileName()));
            }
        }
        for (String source : List.of("server/src/main", "spec", "worker/src", "submitter", "server/target/lib")) {
            Files.createDirectories(checkout.resolve(source));
        }
        for (String file : List.of("pom.xml", "server/src/main/Main.java", "worker/requirements.lock")) {
            Files.writeString(checkout.resolve(file), "first\n");
        }
        // Newer than the sources.
        Files.writeString(checkout.resolve("server/target/nerium.jar"), "jar");
        called = folder.resolve("called");
        jdk = jdk("jdk", "25.0.1");
        for (String program : PROGRAMS) {
            script(
                    "bin/" + program,
                    "echo " + program + " >>" + called + "\nPATH=${PATH#*:} exec " + program + " \"$@\"");
        }
        script("bin/mvn", "echo mvn >>" + called + "\ntouch " + checkout + "/server/target/nerium.jar");
    }

    @Test
    void aLaterStartCreatesOnlyTheProcessThatLooksForChangedFiles() throws Exception {
        String first = run("--help");
        assertThat(called()).contains("sha256sum");

        assertThat(run("--help")).isEqualTo(first).contains(jdk.toString(), "dev.nerium.Main --help");
        assertThat(called()).containsExactly("find");
    }

    @Test
    void aStartFromAnotherFolderOrByALinkIsTheSame() throws Exception {
        runTwice();
        String first = run("keys", "list");
        called();
        Path link = Files.createSymbolicLink(folder.resolve("link"), checkout.resolve("nerium"));

        assertThat(run(folder, List.of("checkout/nerium", "keys", "list"))).isEqualTo(first);
        assertThat(run(folder, List.of(link.toString(), "keys", "list"))).isEqualTo(first);
        assertThat(called()).containsExactly("find", "readlink", "find");
    }

    @Test
    void aChangedSourceIsBuiltAgain() throws Exception {
        runTwice();
        Files.writeString(checkout.resolve("server/src/main/Main.java"), "second\n");

        run("--help");

        assertThat(called()).contains("mvn");
    }

    @Test
    void aChangedFileWithAnOldTimeIsNoticed() throws Exception {
        runTwice();
        Path lock = Files.writeString(checkout.resolve("worker/requirements.lock"), "second\n");
        Files.setLastModifiedTime(lock, FileTime.from(Instant.EPOCH));

        run("--help");

        assertThat(called()).contains("sha256sum");
        run("--help");
        assertThat(called()).containsExactly("find");
    }

    @Test
    void anotherJdkIsUsed() throws Exception {
        runTwice();
        Path other = jdk("other", "26");

        assertThat(run(checkout, List.of("./nerium", "--help"), Map.of("JAVA_HOME", other.toString())))
                .contains(other.toString());
    }

    @Test
    void aJdkThatWasReplacedInItsFolderIsSearchedAgain() throws Exception {
        runTwice();
        Path older = jdk("older", "25.0.2");
        Files.move(jdk, folder.resolve("away"));
        Files.move(older, jdk);

        run("--help");

        assertThat(called()).contains("sha256sum");
    }

    @Test
    void aDamagedFileOfTheLastStartIsReplaced() throws Exception {
        String first = runTwice();
        Files.writeString(launchFile(), "\0\nhalf a lin");

        assertThat(run("--help")).isEqualTo(first);
        run("--help");
        called();
        assertThat(run("--help")).isEqualTo(first);
        assertThat(called()).containsExactly("find");
    }

    @Test
    void aStartThatCannotWriteItsFileWorks() throws Exception {
        String first = runTwice();
        Path file = launchFile();
        Files.delete(file);
        Files.createDirectory(file);

        assertThat(run("--help")).isEqualTo(first);
        assertThat(run("--help")).isEqualTo(first);
    }

    private Path launchFile() throws IOException {
        try (Stream<Path> files = Files.list(checkout.resolve("server/target"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("launch-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Path jdk(String name, String version) throws IOException {
        script(name + "/bin/javac", "exit 1");
        script(name + "/bin/java", "echo $0 \"$@\"");
        Path home = folder.resolve(name);
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private void script(String path, String body) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The external programs that were called since the last question. */
    private List<String> called() throws IOException {
        List<String> names = Files.readAllLines(called);
        Files.delete(called);
        return names;
    }

    private String runTwice() throws Exception {
        run("--help");
        String output = run("--help");
        assertThat(called()).endsWith("find");
        return output;
    }

    private String run(String... words) throws Exception {
        return run(
                checkout, Stream.concat(Stream.of("./nerium"), Stream.of(words)).toList());
    }

    private String run(Path from, List<String> command) throws Exception {
        return run(from, command, Map.of("JAVA_HOME", jdk.toString()));
    }

    private String run(Path from, List<String> command, Map<String, String> environment) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(from.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("HOME", folder.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
