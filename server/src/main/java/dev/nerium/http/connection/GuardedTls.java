package dev.nerium.http.connection;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of the listener. Helidon requests a TLS socket for each connection that it accepted, and then does the handshake: from that moment
 * on, the connection counts, and has a deadline.
 */
final class GuardedTls extends SSLContextSpi {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    static {
        // Otherwise a client of TLS 1.2 could request handshakes on one connection without an end. Java reads it once.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private final Supplier<SSLContext> current;
    private final OpenConnections connections;

    private GuardedTls(Supplier<SSLContext> current, OpenConnections connections) {
        this.current = current;
        this.connections = connections;
    }

    /** @param current the context of new connections */
    static SSLContext context(Supplier<SSLContext> current, OpenConnections connections) {
        return new SSLContext(
                new GuardedTls(current, connections), current.get().getProvider(), "TLS") {};
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        return new Factory();
    }

    @Override
    protected void engineInit(
            KeyManager @Nullable [] keys, TrustManager @Nullable [] trusted, @Nullable SecureRandom random) {
        throw new IllegalStateException("The certificate comes from the configuration");
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        return current.get().getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        return current.get().createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
        return current.get().createSSLEngine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        return current.get().getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        return current.get().getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
        return current.get().getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
        return current.get().getSupportedSSLParameters();
    }

    private final class Factory extends SSLSocketFactory {
        @Override
        public Socket createSocket(Socket socket, @Nullable InputStream consumed, boolean autoClose)
                throws IOException {
            connections.beginHandshake(socket);
            // Helidon passes false, and then closes only the socket of TLS: that below would stay open.
            SSLSocket secured = (SSLSocket) actual().createSocket(socket, consumed, true);
            secured.setEnabledProtocols(PROTOCOLS);
            return secured;
        }

        private SSLSocketFactory actual() {
            return current.get().getSocketFactory();
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return actual().getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return actual().getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
            throw isServer();
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            throw isServer();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
            throw isServer();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            throw isServer();
        }

        @Override
        public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
                throws IOException {
            throw isServer();
        }

        private static IOException isServer() {
            return new IOException("The sockets of the server are not for clients");
        }
    }
}
