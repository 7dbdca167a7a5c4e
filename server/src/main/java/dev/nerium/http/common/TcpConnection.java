package dev.nerium.http.common;

import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Both ends of a TCP connection. */
public record TcpConnection(CloseReason local, CloseReason remote) {
    /** An address and a port. */
    public record CloseReason(InetAddress address, int port) {}

    static TcpConnection of(ServerRequest request) {
        return new TcpConnection(end(request.localPeer()), end(request.remotePeer()));
    }

    private static CloseReason end(PeerInfo peer) {
        return peer.address() instanceof InetSocketAddress inet
                ? new CloseReason(inet.getAddress(), inet.getPort())
                : new CloseReason(InetAddress.getLoopbackAddress(), peer.port());
    }
}
