package dev.nerium.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Workers in gVisor. The attacks run in it too: {@code -Dnerium.attack=gvisor}. Skipped where there is no runsc. */
@Tag("sandbox")
class GvisorTest {
    private static final Path RUNSC = Path.of("/usr/local/bin/runsc");

    private static TestServer server;
    private static Set<ProcessHandle> others;

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(Files.isExecutable(RUNSC), "there is no " + RUNSC);
        others = Footprint.others();
        server = TestServer.start(
                Map.of("sandbox.provider", "gvisor", "sandbox.memory-per-vcpu", "512MiB", "sandbox.pool.size", "1"));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
            await().untilAsserted(() -> assertThat(Footprint.processes(others)).isZero());
            assertThat(Footprint.cgroups()).isZero();
        }
    }

    @Test
    void queriesAndScriptsRunOnAKernelOfTheirOwn() {
        Reply query = server.query("select count(*) as n from f", "f=default.flowers");
        Reply script = server.script("""
                import os
                result = pl.DataFrame({'kernel': [os.uname().release], 'uid': [os.getuid()]})
                """);

        assertThat(query.rows()).isEqualTo("[[150]]");
        assertThat(query.json().path("compute").path("provider").asText()).isEqualTo("gvisor");
        assertThat(script.rows()).isEqualTo("[[\"4.19.0-gvisor\",0]]");
    }

    @Test
    void aScriptWritesATableAndIsLogged() {
        Reply reply = server.script(
                "print('in gVisor')\nresult = scan('default.flowers').head(7)",
                Map.of("destination", "default.inside"));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(server.query("select count(*) as n from t", "t=default.inside")
                        .rows())
                .isEqualTo("[[7]]");
        assertThat(server.get("/api/v2/runs/" + reply.json().path("run_id").asText() + "/logs")
                        .text())
                .isEqualTo("in gVisor\n");
    }

    @Test
    void memoryAndTimeAreLimited() {
        Reply large = server.script("x = bytearray(3 << 30)\nfor i in range(0, len(x), 4096): x[i] = 1");
        Reply late = server.script("while True: pass", Map.of("timeoutSeconds", 2));

        assertThat(large.json().path("code").asText()).isEqualTo("OUT_OF_MEMORY");
        assertThat(late.json().path("code").asText()).isEqualTo("TIMED_OUT");
    }

    @Test
    void nothingOfTheHostIsThere() {
        Reply reply = server.script(
                """
                import socket
                def attempt(act):
                    try:
                        return str(act())
                    except OSError as e:
                        return type(e).__name__
                result = pl.DataFrame({'outcome': [
                    attempt(lambda: open('/etc/passwd').read()),
                    attempt(lambda: open('/job/data/x', 'w')),
                    attempt(lambda: open('/usr/x', 'w')),
                    attempt(lambda: socket.create_connection(('127.0.0.1', int(params['port'])), 1)),
                ]})
                """, Map.of("params", Map.of("port", String.valueOf(server.url().getPort()))));

        assertThat(reply.rows())
                .matches(
                        "\\[\\[\"FileNotFoundError\"],\\[\"(PermissionError|OSError)\"],\\[\"(PermissionError|OSError)\"],"
                                + "\\[\"(ConnectionRefusedError|OSError|PermissionError)\"]]");
    }
}
