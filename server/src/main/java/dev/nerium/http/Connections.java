package dev.nerium.http;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The TCP connections of this machine, as the kernel shows them in {@code /proc/net/tcp} (proc_pid_net(5)). */
final class Connections {
    private static final List<Path> TABLES = List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
    private static final String CLOSE_WAIT = "08";

    private final Map<Connection, String> states = new HashMap<>();

    private Connections() {}

    static Connections read() throws IOException {
        Connections connections = new Connections();
        for (Path table : TABLES) {
            if (Files.exists(table)) {
                connections.add(Files.readAllLines(table));
            }
        }
        return connections;
    }

    boolean contains(Connection connection) {
        return states.containsKey(connection);
    }

    /** Whether the other end has closed it while this end has not. */
    boolean closedByPeer(Connection connection) {
        return CLOSE_WAIT.equals(states.get(connection));
    }

    private void add(List<String> lines) throws IOException {
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.strip().split("\\s+", 5);
            states.put(new Connection(end(fields[1]), end(fields[2])), fields[3]);
        }
    }

    /** An address is written in words of four bytes, each in the machine's order, which is little-endian wherever Nerium runs. */
    private static Connection.End end(String text) throws IOException {
        String[] parts = text.split(":", 2);
        byte[] words = HexFormat.of().parseHex(parts[0]);
        byte[] address = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            address[i] = words[i / 4 * 4 + 3 - i % 4];
        }
        return new Connection.End(InetAddress.getByAddress(address), Integer.parseInt(parts[1], 16));
    }
}
