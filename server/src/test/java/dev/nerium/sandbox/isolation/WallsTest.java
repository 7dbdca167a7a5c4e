package dev.nerium.sandbox.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a script sees of the machine, and what it may take of it. */
@Tag("sandbox")
class WallsTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(
                Map.of("sandbox.disk-size", "32MiB", "sandbox.max-files", "500", "sandbox.shm-size", "8MiB"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void seesLibrariesAndPythonAndNoOtherProgram() {
        Reply reply = server.script("""
                import os
                names = [n for n in os.listdir('/usr/bin') if not n.startswith('python')]
                seen = [p for p in ('/etc', '/sys', '/bin/sh', '/usr/sbin', '/var/log', '/root') if os.path.exists(p)]
                result = pl.DataFrame({'n': [len(names) + len(seen)]})
                """);

        assertThat(reply.rows()).isEqualTo("[[0]]");
    }

    @Test
    void hasNoOpenFileOfTheServer() {
        Reply reply = server.script("""
                import os
                kinds = sorted({os.readlink(f'/proc/self/fd/{n}').split(':')[0] for n in os.listdir('/proc/self/fd')
                                if os.path.exists(f'/proc/self/fd/{n}')})
                result = pl.DataFrame({'host': [any(kind.startswith('/') and not kind.startswith(('/dev/', '/usr/', '/tmp', '/proc'))
                                                    for kind in kinds)]})
                """);

        assertThat(reply.rows()).isEqualTo("[[false]]");
    }

    @Test
    void makesThreadsProcessesAndLocalSockets() {
        Reply reply = server.script("""
                import asyncio, os, socket, subprocess, sys, threading
                thread = threading.Thread(target=print)
                thread.start()
                thread.join()
                child = os.fork()
                if child == 0:
                    os._exit(3)
                ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                said = subprocess.run([sys.executable, '-c', 'print(7)'], capture_output=True, text=True).stdout
                waited = asyncio.run(asyncio.sleep(0.01, 'waited'))
                socket.socketpair()
                result = pl.DataFrame({'ended': [ended], 'said': [said.strip()], 'waited': [waited]})
                """);

        assertThat(reply.rows()).isEqualTo("[[3,\"7\",\"waited\"]]");
    }

    @Test
    void makesNoSocketOfAnotherKindThanLocal() {
        Reply reply = server.script("""
                import errno, socket
                def attempt(family, kind):
                    try:
                        return socket.socket(family, kind) and 'made'
                    except OSError as e:
                        return errno.errorcode[e.errno]
                result = pl.DataFrame({'outcome': [attempt(2, 1), attempt(10, 2), attempt(16, 3), attempt(17, 3), attempt(40, 1)]})
                """);

        assertThat(reply.rows()).isEqualTo("[[\"EPERM\"],[\"EPERM\"],[\"EPERM\"],[\"EPERM\"],[\"EPERM\"]]");
    }

    @Test
    void refusesTheSameRequestByAnotherNumber() {
        Reply reply = server.script("""
                import ctypes, errno
                libc = ctypes.CDLL(None, use_errno=True)
                def ioctl(request):
                    ctypes.set_errno(0)
                    libc.syscall(ctypes.c_long(16), ctypes.c_long(0), ctypes.c_long(request), ctypes.c_char_p(b'x'))
                    return errno.errorcode[ctypes.get_errno()]
                tiocsti, tioclinux = 0x5412, 0x541c
                result = pl.DataFrame({'outcome': [ioctl(tiocsti), ioctl(tioclinux), ioctl(tiocsti | 1 << 32)]})
                """);

        assertThat(reply.rows()).isEqualTo("[[\"EPERM\"],[\"EPERM\"],[\"EPERM\"]]");
    }

    @Test
    void limitsSharedMemoryAndTheFolderOfDevices() {
        Reply reply = server.script("""
                import errno, os
                def attempt(path):
                    try:
                        with open(path, 'wb', buffering=0) as file:
                            for _ in range(16):
                                file.write(bytes(1 << 20))
                        return 'written'
                    except OSError as e:
                        return errno.errorcode[e.errno]
                result = pl.DataFrame({'outcome': [attempt('/dev/shm/x'), attempt('/dev/x')]})
                """);

        assertThat(reply.rows()).isEqualTo("[[\"ENOSPC\"],[\"EROFS\"]]");
    }

    @Test
    void endsARunThatLeavesTooMuchInSum() {
        Reply reply = server.script("""
                import time
                for number in range(12):
                    with open(f'/job/out/{number}', 'wb') as file:
                        file.write(bytes(4 << 20))
                time.sleep(60)
                """);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("code").asText()).isEqualTo("OUT_OF_DISK");
        assertThat(reply.error()).isEqualTo("The run wrote more than 32 MiB or 500 files to disk.");
        assertThat(reply.details()).contains("sandbox.disk-size");
    }

    @Test
    void endsARunThatLeavesTooManyFiles() {
        Reply reply = server.script("""
                import os, time
                for number in range(600):
                    os.mkdir(f'/job/out/{number}')
                time.sleep(60)
                """);

        assertThat(reply.json().path("code").asText()).isEqualTo("OUT_OF_DISK");
    }
}
