package dev.nerium.http.common;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The TCP connections of this machine, as the kernel shows them in {@code /proc/net/tcp} (proc_pid_net(5)). */
public final class TcpConnections {
    public static final List<Path> TABLES = List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
    private static final String CLOSE_WAIT = "08";
    private static final String LISTEN = "0A";

    private final Map<TcpConnection, String> states = new HashMap<>();

    private TcpConnections() {}

    static TcpConnections read() throws IOException {
        TcpConnections connections = new TcpConnections();
        for (Path table : TABLES) {
            if (Files.exists(table)) {
                connections.add(Files.readAllLines(table));
            }
        }
        return connections;
    }

    boolean contains(TcpConnection connection) {
        return states.containsKey(connection);
    }

    /** Whether the other end has closed it while this end has not. */
    boolean closedByPeer(TcpConnection connection) {
        return CLOSE_WAIT.equals(states.get(connection));
    }

    /** Whether a line of one of the tables is that of a socket which listens at this address and port. */
    public static boolean isListener(String line, TcpConnection.CloseReason at) throws IOException {
        String[] fields = fields(line);
        if (!fields[3].equals(LISTEN)) {
            return false;
        }
        TcpConnection.CloseReason local = end(fields[1]);
        boolean everywhere = local.address().isAnyLocalAddress() && at.address().isAnyLocalAddress();
        return local.port() == at.port() && (everywhere || local.address().equals(at.address()));
    }

    private void add(List<String> lines) throws IOException {
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = fields(line);
            states.put(new TcpConnection(end(fields[1]), end(fields[2])), fields[3]);
        }
    }

    private static String[] fields(String line) {
        return line.strip().split("\\s+", 5);
    }

    /** An address is written in words of four bytes, each in the machine's order, which is little-endian wherever Nerium runs. */
    private static TcpConnection.CloseReason end(String text) throws IOException {
        String[] parts = text.split(":", 2);
        byte[] words = HexFormat.of().parseHex(parts[0]);
        byte[] address = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            address[i] = words[i / 4 * 4 + 3 - i % 4];
        }
        return new TcpConnection.CloseReason(InetAddress.getByAddress(address), Integer.parseInt(parts[1], 16));
    }
}
