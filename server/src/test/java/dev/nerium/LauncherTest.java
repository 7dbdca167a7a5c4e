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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
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

    /** Root's are in /var/cache/nerium. */
    private final Set<Path> caches = new HashSet<>();

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
        Files.writeString(folder.resolve("refused"), "");
        // The sandbox's account has to reach the Python.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        script("bin/python3", "printf '3.12.0\\n%1$s\\n%1$s\\n' " + folder.resolve("bin/python3"));
        Files.writeString(Files.createDirectory(folder.resolve("runtime")).resolve("runtime.json"), "{}");
        jdk = jdk("jdk", "25.0.1");
        for (String program : PROGRAMS) {
            script(
                    "bin/" + program,
                    "echo " + program + " >>" + called + "\nPATH=${PATH#*:} exec " + program + " \"$@\"");
        }
        script("bin/mvn", "echo mvn >>" + called + "\ntouch " + checkout + "/server/target/nerium.jar");
    }

    @AfterEach
    void deleteCaches() throws IOException {
        for (Path cache : caches) {
            for (String kind : List.of("server", "client")) {
                Files.deleteIfExists(
                        cache.resolveSibling(cache.getFileName().toString().replaceFirst("[a-z]+", kind)));
            }
        }
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

        assertThat(run(folder, List.of("checkout/nerium", "keys", "list")))
                .isEqualTo(first.replace("command=./nerium ", "command=checkout/nerium "));
        assertThat(run(folder, List.of(link.toString(), "keys", "list")))
                .isEqualTo(first.replace("command=./nerium ", "command=" + link + " "));
        assertThat(called()).containsExactly("find", "readlink", "find");
    }

    @Test
    void aCommandOfThePathHasNoFolderInMessages() throws Exception {
        runTwice();
        Files.createSymbolicLink(folder.resolve("bin/nerium"), checkout.resolve("nerium"));

        assertThat(run(folder, List.of("sh", "-c", "nerium --help"))).contains(" -Dnerium.command=nerium ");
        assertThat(run(folder, List.of("checkout/nerium", "--help"))).contains(" -Dnerium.command=nerium ");
        assertThat(called()).containsExactly("readlink", "find", "find");
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

    @Test
    void theFirstServeCreatesTheAotCacheAndLaterStartsUseIt() throws Exception {
        String first = run("serve");
        assertThat(first).contains("preparing fast starts");
        assertThat(called().stream().filter("train"::equals)).hasSize(1);

        String second = run("serve");

        assertThat(second).doesNotContain("preparing").contains("-XX:AOTCache=" + cache(second) + " ");
        assertThat(first).endsWith(second);
        assertThat(cache(run("--help"))).exists().isNotEqualTo(cache(second));
        assertThat(called()).containsExactly("find", "find");
    }

    @Test
    void aCommandWhereNoServerWasStartedUsesAnArchiveThatJavaWritesItself() throws Exception {
        assertThat(run("--help")).contains("-XX:+AutoCreateSharedArchive").doesNotContain("AOTCache");

        run("serve");

        assertThat(run("--help")).doesNotContain("AutoCreateSharedArchive");
    }

    @Test
    void twoFirstStartsAtOnceCreateOneAotCache() throws Exception {
        List<Process> starts =
                List.of(start(checkout, List.of("./nerium", "serve")), start(checkout, List.of("./nerium", "demo")));

        for (Process start : starts) {
            assertThat(output(start)).contains("-XX:AOTCache=");
        }
        assertThat(called().stream().filter("train"::equals)).hasSize(1);
    }

    @Test
    void aChangedJarGetsAnAotCacheOfItsOwn() throws Exception {
        Path old = cache(run("serve"));
        Files.writeString(checkout.resolve("server/target/nerium.jar"), "another jar");

        Path present = cache(run("serve"));

        assertThat(present).exists().isNotEqualTo(old);
        assertThat(old).doesNotExist();
    }

    @Test
    void anAotCacheThatWasDeletedIsCreatedAgain() throws Exception {
        Path cache = cache(run("serve"));
        Files.delete(cache);

        run("serve");

        assertThat(cache).exists();
    }

    @Test
    void whatAnInterruptedTrainingLeftIsRemoved() throws Exception {
        Path cache = cache(run("serve"));
        Path left = Files.createDirectory(cache.resolveSibling("training-interrupted"));
        Files.writeString(left.resolve("cache"), "half");
        Files.delete(cache);

        run("serve");

        assertThat(cache).exists();
        assertThat(left).doesNotExist();
    }

    @Test
    void aServerStartsWithoutAnAotCacheThatJavaCannotCreateOrUse() throws Exception {
        for (String refused : List.of("AOTCacheOutput", "AOTMode=on")) {
            Files.writeString(folder.resolve("refused"), refused);
            Files.writeString(checkout.resolve("server/target/nerium.jar"), refused);

            assertThat(run("serve"))
                    .contains("Java's cache of classes could not be created")
                    .contains("dev.nerium.Main serve")
                    .doesNotContain("AOTCache=");
            called();
            assertThat(run("serve")).doesNotContain("nerium: ").doesNotContain("AOTCache=");
            assertThat(called()).containsExactly("find");
        }
    }

    @Test
    void aCollectorOfTheOperatorReplacesTheDefault() throws Exception {
        assertThat(run("serve")).contains("-XX:+UseSerialGC");

        assertThat(run(
                        checkout,
                        List.of("./nerium", "serve"),
                        Map.of("JAVA_HOME", jdk.toString(), "JDK_JAVA_OPTIONS", "-XX:+UseZGC -Xmx32m")))
                .contains("dev.nerium.Main serve")
                .doesNotContain("SerialGC")
                .doesNotContain("-Xms");
    }

    /** The AOT cache that a server was started with. */
    private Path cache(String output) {
        Matcher option = Pattern.compile("-XX:AOTCache=(\\S+)").matcher(output);
        assertThat(option.find()).as(output).isTrue();
        caches.add(Path.of(option.group(1)));
        return Path.of(option.group(1));
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
        script(name + "/bin/java", """
                read -r refused <%1$s/refused
                [ -z "$refused" ] || case "$*" in *"$refused"*) exit 1 ;; esac
                case "$*" in *-XX:AOTCacheOutput=*)
                    output=${*#*-XX:AOTCacheOutput=}
                    output=${output%%%% *}
                    echo classes >"$output"
                    case "$*" in *" serve "*)
                        echo train >>%1$s/called
                        mkdir "${output%%/*}/home"
                        echo "{}" >"${output%%/*}/home/server.json"
                        trap 'kill $!; exit 0' TERM
                        sleep 60 & wait ;;
                    esac ;;
                esac
                echo $0 "$@"
                """.formatted(folder));
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
        return output(start(from, command));
    }

    private String run(Path from, List<String> command, Map<String, String> environment) throws Exception {
        return output(start(from, command, environment));
    }

    private Process start(Path from, List<String> command) throws IOException {
        return start(from, command, Map.of("JAVA_HOME", jdk.toString()));
    }

    private Process start(Path from, List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(from.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("NERIUM_RUNTIME", folder.resolve("runtime").toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private String output(Process process) throws Exception {
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        if (output.contains("-XX:AOTCache=")) {
            cache(output);
        }
        return output;
    }
}
