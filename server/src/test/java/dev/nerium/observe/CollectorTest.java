package dev.nerium.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** A real OpenTelemetry Collector, where {@code NERIUM_OTELCOL} names its program. */
@Tag("server")
@EnabledIfEnvironmentVariable(named = "NERIUM_OTELCOL", matches = ".+", disabledReason = "NERIUM_OTELCOL is not set")
class CollectorTest {

    @Test
    void itTakesTracesAndLogs(@TempDir Path folder) throws IOException, InterruptedException {
        int port = freePort();
        Path config = Files.writeString(folder.resolve("collector.yaml"), config(port));
        Path output = folder.resolve("output");
        Process collector = new ProcessBuilder(System.getenv("NERIUM_OTELCOL"), "--config", "file:" + config)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try (TestServer server = TestServer.start(Map.of("telemetry.otlp.endpoint", "http://127.0.0.1:" + port))) {
            Awaitility.await().until(() -> listens(port));

            String run = server.script("print('for the collector')\nresult = scan('default.flowers')")
                    .json()
                    .path("run_id")
                    .asText();

            Awaitility.await()
                    .untilAsserted(() -> assertThat(Files.readString(output))
                            .contains(run.replace("-", ""))
                            .contains("Name           : run script")
                            .contains("Name           : plan oleander.default.flowers")
                            .contains("Body: Str(for the collector)"));
        } finally {
            collector.destroy();
            collector.waitFor();
        }
    }

    private static String config(int port) {
        return """
            receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:%d"}}}}
            exporters: {debug: {verbosity: detailed}}
            service:
              telemetry: {metrics: {level: none}}
              pipelines:
                traces: {receivers: [otlp], exporters: [debug]}
                logs: {receivers: [otlp], exporters: [debug]}
            """.formatted(port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
