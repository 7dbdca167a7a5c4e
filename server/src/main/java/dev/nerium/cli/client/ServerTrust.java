package dev.nerium.cli.client;

import dev.nerium.cli.shell.CliException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The certificates of servers that a client accepts.
 *
 * @param context empty for those of Java's own trust store
 */
public record ServerTrust(Optional<SSLContext> context) {
    /** The files in which Linux distributions keep the certificates of the machine. */
    private static final List<Path> MACHINE =
            List.of(Path.of("/etc/ssl/certs/ca-certificates.crt"), Path.of("/etc/pki/tls/certs/ca-bundle.crt"));

    /** No server, for connections without TLS: reading Java's own certificates takes longer than a request. */
    public static ServerTrust nobody() {
        return of(new TrustManager[0]);
    }

    /** Servers whose certificates were issued by an authority of this machine. */
    public static ServerTrust machine() {
        return MACHINE.stream()
                .filter(Files::isReadable)
                .findFirst()
                .map(ServerTrust::issuedBy)
                .orElse(new ServerTrust(Optional.empty()));
    }

    /** Servers whose certificates were issued by one of the authorities in a file, or are in it. */
    public static ServerTrust issuedBy(Path file) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (Certificate certificate : current(file)) {
                store.setCertificateEntry("authority-" + store.size(), certificate);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            return of(managers.getTrustManagers());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The server whose certificate is the first in a file, under each name and address. */
    static ServerTrust exactly(Path file) {
        // Fails now if the file can't be read, because a handshake could not report it.
        certificates(file);
        return of(new TrustManager[] {new OneCertificate(file)});
    }

    private static ServerTrust of(TrustManager[] managers) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers, null);
            return new ServerTrust(Optional.of(context));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without those that have expired: Java does not look at the dates of the certificates that it trusts. */
    private static List<X509Certificate> current(Path file) {
        Instant now = Instant.now();
        List<X509Certificate> certificates = certificates(file);
        List<X509Certificate> current = certificates.stream()
                .filter(certificate -> certificate.getNotAfter().toInstant().isAfter(now))
                .toList();
        if (current.isEmpty()) {
            throw new CliException(
                    "all certificates in " + file + " have expired; the first was valid until "
                            + certificates.getFirst().getNotAfter().toInstant(),
                    "",
                    "give the current certificate of the authority with --ca-file or NERIUM_CA_FILE.");
        }
        return current;
    }

    private static List<X509Certificate> certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (IOException | CertificateException e) {
            // Reported below, without the library's text.
        }
        throw new CliException(
                "the file of certificates " + file + " can't be read",
                "",
                "expected a readable file with certificates in PEM (-----BEGIN CERTIFICATE-----).");
    }

    /** Reads the file for each connection: the server may have loaded a new one. */
    private static final class OneCertificate extends X509ExtendedTrustManager {
        private final Path file;

        private OneCertificate(Path file) {
            this.file = file;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            if (chain.length == 0 || !chain[0].equals(expected())) {
                throw new CertificateException("it is not the one in " + file);
            }
        }

        private X509Certificate expected() throws CertificateException {
            try {
                return certificates(file).getFirst();
            } catch (CliException e) {
                throw new CertificateException(e.getMessage(), e);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("Not a server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("Not a server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("Not a server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
