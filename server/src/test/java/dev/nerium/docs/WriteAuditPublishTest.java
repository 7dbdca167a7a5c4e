package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestFiles;
import dev.nerium.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The commands of the page about branches publish rows that pass the check, and no others. */
@Tag("server")
class WriteAuditPublishTest {
    private static TestServer server;
    private static Path folder;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.startEmpty();
        folder = TestFiles.newFolder("publish");
        Path launcher = Files.writeString(
                folder.resolve("nerium"),
                "#!/bin/sh\nexec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' dev.nerium.Main \"$@\"\n"
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("java.class.path")));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        server.script(
                "result = pl.DataFrame({'customer': ['ann'], 'amount': [5]})", Map.of("destination", "sales.orders"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void publishesWhatPassesTheCheckAndNothingElse() throws Exception {
        String failed = follow("customer,amount\nbob,7\n,3\neve,-1\n");
        assertThat(failed).contains("not published: 2 rows fail the check").contains("dropped the branch audit");
        assertThat(orders()).isEqualTo("[[\"ann\",5]]");

        String passed = follow("customer,amount\nbob,7\n");
        assertThat(passed).contains("branch main of sales.orders was fast-forwarded");
        assertThat(orders()).isEqualTo("[[\"ann\",5],[\"bob\",7]]");
    }

    private static String orders() {
        return server.query("SELECT customer, amount FROM o ORDER BY amount", "o=sales.orders")
                .rows();
    }

    /** Runs the page's commands; returns what they print. */
    private static String follow(String file) throws Exception {
        Files.writeString(folder.resolve("new-orders.csv"), file);
        String script = MarkdownPage.of(Repository.ROOT.resolve("docs/how-to/publish.md")).blocks().stream()
                .filter(block -> block.language().equals("sh"))
                .map(MarkdownPage.Block::text)
                .collect(Collectors.joining());
        ProcessBuilder shell = new ProcessBuilder("sh", "-e", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        shell.environment().put("NERIUM_URL", server.url().toString());
        shell.environment().put("NERIUM_KEY", server.key());
        shell.environment().remove("JDK_JAVA_OPTIONS");
        Process process = shell.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
