package dev.nerium.cli.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** The command line as a process of its own in a pseudo-terminal, at which the test types. */
final class PseudoTerminal implements AutoCloseable {
    private static final Pattern CONTROLS = Pattern.compile(
            "\u001b(?:\\[[0-9;?<>=]*[ -/]*[@-~]|\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)|[()][A-Z0-9]|[=>78])");

    private final Process process;
    private final OutputStream keys;
    private final StringBuilder screen = new StringBuilder();
    private final Thread reader;
    private int seen;

    private PseudoTerminal(Process process) {
        this.process = process;
        this.keys = process.getOutputStream();
        this.reader = Thread.ofPlatform().name("screen").start(this::read);
    }

    /** @param environment of the program, beside that of the tests */
    static PseudoTerminal start(Map<String, String> environment, String... words) throws IOException {
        String command = Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dnerium.terminal.in=true",
                                "-Dnerium.terminal.out=true",
                                "-Dnerium.terminal.err=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.nerium.Main"),
                        Stream.of(words))
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        ProcessBuilder builder = new ProcessBuilder(
                "script", "--quiet", "--return", "--command", "stty rows 24 cols 80; exec " + command, "/dev/null");
        builder.redirectErrorStream(true);
        builder.environment().remove("NERIUM_URL");
        builder.environment().putAll(Map.of("TERM", "xterm", "SHELL", "/bin/sh"));
        builder.environment().putAll(environment);
        return new PseudoTerminal(builder.start());
    }

    void type(String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    /** Waits until a text is on the screen, behind all that was waited for before. */
    void waitFor(String text) {
        try {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> screen().indexOf(text, seen) >= 0 || (!process.isAlive() && !reader.isAlive()));
        } catch (ConditionTimeoutException e) {
            // The assertion below shows the screen.
        }
        int at = screen().indexOf(text, seen);
        assertThat(at).as("'%s' in:%n%s", text, rest()).isNotNegative();
        seen = at + text.length();
    }

    private String rest() {
        return screen().substring(seen);
    }

    /** All that was printed, without what moves the cursor and sets colours. */
    String screen() {
        return CONTROLS.matcher(raw()).replaceAll("").replace("\r", "");
    }

    /** All that was printed. */
    String raw() {
        synchronized (screen) {
            return screen.toString();
        }
    }

    int exit() throws InterruptedException {
        assertThat(process.waitFor(Duration.ofSeconds(60))).as(screen()).isTrue();
        reader.join();
        return process.exitValue();
    }

    private void read() {
        try (Reader out = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            char[] buffer = new char[4096];
            for (int read = out.read(buffer); read >= 0; read = out.read(buffer)) {
                append(new String(buffer, 0, read));
            }
        } catch (IOException e) {
            append("\n[the terminal is closed]\n");
        }
    }

    private void append(String text) {
        synchronized (screen) {
            screen.append(text);
        }
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> all = process.descendants().toList();
        keys.close();
        process.destroy();
        all.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}
