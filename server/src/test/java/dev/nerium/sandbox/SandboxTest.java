package dev.nerium.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a script may not do, and what becomes of it when it tries. */
@Tag("sandbox")
class SandboxTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("sandbox.timeout", "4s", "sandbox.memory-per-vcpu", "512MiB"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void theNextRunWorks() {
        assertThat(server.query("select count(*) as n from f", "f=default.flowers")
                        .rows())
                .isEqualTo("[[150]]");
    }

    @Test
    void seesNothingOfTheServersEnvironment() {
        Reply reply = server.script("import os\nresult = pl.DataFrame({'name': sorted(os.environ)})");

        assertThat(reply.rows()).doesNotContain("NERIUM").doesNotContain("JAVA").doesNotContain("USER");
    }

    @Test
    void runsUnderAnAccountThatIsNotRootOutside() {
        Reply reply = server.script("""
                def attempt(path):
                    try:
                        open(path, 'w').write('x')
                        return 'written'
                    except OSError as e:
                        return type(e).__name__
                paths = ['/proc/sys/kernel/core_pattern', '/usr/evil', '/job/data/evil', '/evil']
                result = pl.DataFrame({'outcome': [attempt(p) for p in paths]})
                """);

        assertThat(reply.rows()).doesNotContain("written");
    }

    @Test
    void readsNoFileOfTheServer() {
        Reply reply = server.script("""
                def attempt(path):
                    try:
                        open(path).read()
                        return 'read'
                    except OSError as e:
                        return type(e).__name__
                paths = ['%s/state.db', '/etc/passwd', '/etc/shadow', '%s/lake/catalog.db']
                result = pl.DataFrame({'outcome': [attempt(p) for p in paths]})
                """.formatted(server.home(), server.home()));

        assertThat(reply.rows()).doesNotContain("\"read\"").contains("FileNotFoundError");
    }

    @Test
    void hasNoNetwork() {
        Reply reply = server.script("""
                import socket
                try:
                    socket.create_connection(('127.0.0.1', %d), timeout=2)
                    outcome = 'connected'
                except OSError as e:
                    outcome = str(e)
                result = pl.DataFrame({'outcome': [outcome]})
                """.formatted(server.url().getPort()));

        assertThat(reply.rows()).doesNotContain("connected\"");
    }

    @Test
    void callsNoRefusedSystemCall() {
        Reply reply = server.script("""
                import ctypes, os
                libc = ctypes.CDLL(None, use_errno=True)
                calls = {'ptrace': 101, 'unshare': 272, 'keyctl': 250, 'bpf': 321, 'userfaultfd': 323}
                def attempt(number):
                    ctypes.set_errno(0)
                    libc.syscall(number, 0x10000000, 0, 0, 0)
                    return os.strerror(ctypes.get_errno())
                result = pl.DataFrame({'call': list(calls), 'outcome': [attempt(n) for n in calls.values()]})
                """);

        String refused = "\"Operation not permitted\"";
        assertThat(reply.rows())
                .isEqualTo(
                        "[[\"ptrace\",%1$s],[\"unshare\",%1$s],[\"keyctl\",%1$s],[\"bpf\",%1$s],[\"userfaultfd\",%1$s]]"
                                .formatted(refused));
    }

    @Test
    void seesOnlyTheFilesOfItsOwnTables() {
        server.script("result = scan('default.flowers')", Map.of("destination", "default.other"));

        Reply reply = server.script("""
                import os
                def count(column):
                    return pl.Series([len(os.listdir('/job/data'))])
                result = scan('default.flowers').select(
                    pl.col('species').map_batches(count, return_dtype=pl.Int64, returns_scalar=True))
                """);

        assertThat(reply.rows()).isEqualTo("[[1]]");
    }

    @Test
    void stopsARunThatTakesTooLong() {
        Reply reply = server.script("while True: pass");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo("The run was stopped after 4 s, its maximum duration (sandbox.timeout).");
    }

    @Test
    void endsARunThatNeedsTooMuchMemory() {
        // A busy machine takes its time for a gigabyte.
        Reply reply = server.script("x = b'x' * (3 << 30)", Map.of("timeoutSeconds", 60));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).startsWith("The run needed more than the 1 GiB of memory of its tier");
    }

    @Test
    void reportsAWorkerThatDies() {
        Reply reply = server.script("import os\nos.kill(os.getpid(), 9)");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("code").asText()).isEqualTo("WORKER_CRASHED");
        assertThat(reply.error()).isEqualTo("The worker died while it ran the code.");
    }

    @Test
    void refusesForgedMessages() {
        Reply reply = server.script("""
                import os, struct
                for fd in range(3, 64):
                    try:
                        os.write(fd, struct.pack('>II', 0xffffffff, 0xffffffff) * 100)
                    except OSError:
                        pass
                import time
                time.sleep(60)
                """);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("code").asText()).isEqualTo("WORKER_PROTOCOL_ERROR");
        assertThat(reply.error()).isEqualTo("The worker broke the protocol with the server.");
        assertThat(reply.details()).startsWith("The worker sent a frame of");
    }

    @Test
    void leavesNothingOfAScriptBehind() {
        String mark = "left-behind-" + UUID.randomUUID();

        Reply reply = server.script("""
                import os, sys, time
                child = os.fork()
                if child == 0:
                    os.setsid()
                    os.execv(sys.executable, [sys.executable, '-S', '-c', 'while True: pass', params['mark']])
                while params['mark'] not in open(f'/proc/{child}/cmdline').read():
                    time.sleep(0.01)
                result = pl.DataFrame({'x': [1]})
                """, Map.of("params", Map.of("mark", mark)));

        assertThat(reply.rows()).isEqualTo("[[1]]");
        Awaitility.await().untilAsserted(() -> assertThat(processes(mark)).isEmpty());
    }

    @Test
    void cleansTheLogOfControlCharacters() {
        Reply reply = server.script("print('a\\x1b[31mb\\x00c')\nresult = pl.DataFrame({'x': [1]})");

        String log = server.get("/api/v2/runs/" + reply.json().path("run_id").asText() + "/logs")
                .text();
        assertThat(log).contains("a\uFFFD[31mb\uFFFDc");
    }

    @Test
    void keepsTheFirstPartOfAnEndlessLog() {
        Reply reply = server.script("print('x' * 10_000_000)\nresult = pl.DataFrame({'x': [1]})");

        String log = server.get("/api/v2/runs/" + reply.json().path("run_id").asText() + "/logs")
                .text();
        assertThat(log).hasSizeLessThan((1 << 20) + 100).contains("more bytes were not kept");
    }

    /** The processes of this machine that have the argument. */
    private static List<Path> processes(String argument) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(path -> path.getFileName().toString().matches("\\d+"))
                    .filter(path -> has(path, argument))
                    .toList();
        }
    }

    private static boolean has(Path process, String argument) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .contains(argument);
        } catch (IOException e) {
            return false;
        }
    }
}
