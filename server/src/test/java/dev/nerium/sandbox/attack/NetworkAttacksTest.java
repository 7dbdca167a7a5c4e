package dev.nerium.sandbox.attack;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The border of the network: nobody can be reached, though somebody listens. */
@Tag("sandbox")
class NetworkAttacksTest {
    @RegisterExtension
    static final AttackedServer SERVER = new AttackedServer();

    private static final String ABSTRACT =
            "nerium-canary-" + ProcessHandle.current().pid();
    private static final String LISTEN = """
            import socket, sys
            with socket.socket(socket.AF_UNIX) as listening:
                listening.bind('\\0' + sys.argv[1])
                listening.listen()
                print('listening', flush=True)
                input()
            """;

    private static ServerSocketChannel named;
    private static Process listener;

    static List<Attack> attacks() {
        return Attack.in("network");
    }

    @BeforeAll
    static void listen() throws IOException {
        named = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(SERVER.server().home().resolve("canary.sock")));
        listener = new ProcessBuilder("python3", "-c", LISTEN, ABSTRACT).start();
        try (BufferedReader out = listener.inputReader()) {
            out.readLine();
        }
    }

    @AfterAll
    static void stopListening() throws IOException {
        listener.destroyForcibly();
        named.close();
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void fails(Attack attack) {
        SERVER.run(attack, Map.of("abstract", ABSTRACT));
    }
}
