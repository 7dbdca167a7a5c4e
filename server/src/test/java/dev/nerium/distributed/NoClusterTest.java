package dev.nerium.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A configured cluster that is not there, or says nothing. */
@Tag("interop")
@Timeout(120)
class NoClusterTest {
    private static final String TOKEN = "canary-token-of-the-cluster";

    @Test
    void nothingListens() throws IOException {
        int port = freePort();
        try (TestServer server = server(port)) {
            Reply reply = run(server, Map.of("destination", "default.never"));

            assertThat(reply.status()).as(reply.text()).isEqualTo(503);
            assertThat(reply.json().path("code").asText()).isEqualTo("CLUSTER_UNAVAILABLE");
            assertThat(reply.error()).isEqualTo("The cluster does not respond.");
            assertThat(reply.details()).startsWith("nothing answers at 127.0.0.1:" + port);
            assertThat(server.get("/ready").json().path("distributed").asText())
                    .isEqualTo("The cluster does not respond.");
            requireNothingLeft(server);
        }
    }

    @Test
    void itTakesTheConnectionAndSaysNothing() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                TestServer server = server(silent.getLocalPort())) {
            Reply reply = run(server, Map.of("timeoutSeconds", 3));

            assertThat(reply.error()).startsWith("The run was stopped after 3 s");
            assertThat(server.get("/ready").json().path("distributed").asText())
                    .isEqualTo("The cluster does not respond.");
            requireNothingLeft(server);
        }
    }

    private static TestServer server(int port) throws IOException {
        var home = TestServer.newHome();
        Files.writeString(home.resolve("token"), TOKEN);
        return TestServer.start(
                home,
                Map.of(
                        "distributed.backend", "spark-connect",
                        "distributed.spark-connect.url", "sc://127.0.0.1:" + port,
                        "distributed.spark-connect.token-file", "token",
                        "distributed.spark-connect.timeout", "2s"));
    }

    private static Reply run(TestServer server, Map<String, ?> more) {
        server.script("result = pl.DataFrame({'n': [1]})", Map.of("destination", "default.t"));
        var fields = new HashMap<String, Object>(more);
        fields.put("distributed", true);
        return server.script("result = scan('default.t')", fields);
    }

    /** No staged row, and no token where a user or an operator reads. */
    private static void requireNothingLeft(TestServer server) throws IOException {
        try (Stream<Path> staged = Files.list(server.stagingFolder())) {
            assertThat(staged).isEmpty();
        }
        assertThat(Files.readString(server.home().resolve("submitter.log"))).doesNotContain(TOKEN);
        assertThat(server.get("/api/v2/runs").text()).doesNotContain(TOKEN);
        assertThat(ProcessHandle.allProcesses()
                        .flatMap(process -> process.info().commandLine().stream())
                        .filter(line -> line.contains(TOKEN)))
                .isEmpty();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
