package dev.nerium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("server")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class SandboxCommandTest {
    @Test
    void triesARealSandboxAndLeavesNothing() throws IOException {
        Path home = TestServer.newHome();

        Ran ran = Ran.with(System.getenv(), "sandbox", "check", "--home", home.toString());

        assertThat(ran.out())
                .containsPattern("namespaces +│ enforced +│ own cgroup, ipc, mnt, net, pid, user, uts")
                .containsPattern("capabilities +│ enforced")
                .containsPattern("system calls +│ enforced")
                .containsPattern("network +│ enforced")
                .containsPattern("places to write +│ enforced")
                .containsPattern("files of the host +│ enforced")
                .containsPattern("open files +│ enforced +│ EMFILE")
                .containsPattern(
                        "processors +│ (enforced +│ 3 busy processes had .*, throttled [1-9]|weaker|not enforced)")
                .containsPattern("end +│ enforced");
        boolean whole = !ran.out().contains("weaker") && !ran.out().contains("not enforced");
        assertThat(ran.exit()).isEqualTo(whole ? 0 : 1);
        try (Stream<Path> left = Files.list(home.resolve("jobs"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void tellsThatThereIsNoRuntime() throws IOException {
        Ran ran = Ran.with(
                Map.of("NERIUM_RUNTIME", "/nonexistent"),
                "sandbox",
                "check",
                "--home",
                TestServer.newHome().toString());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("There is no runtime for workers in '/nonexistent'");
    }
}
