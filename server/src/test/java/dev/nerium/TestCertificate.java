package dev.nerium;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for this machine, and its key.
 *
 * @param certificate file with the certificate and its chain
 * @param authority file with the certificate that a client has to trust
 */
public record TestCertificate(Path certificate, Path key, Path authority, X509Certificate content) {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /**
     * A certificate that signs itself.
     *
     * @param algorithm RSA, EC or Ed25519
     */
    public static TestCertificate create(Path folder, String name, String algorithm) {
        Path store = folder.resolve(name + ".p12");
        generate(store, "server", "-keyalg", algorithm, "-validity", "30", "-ext", "san=dns:localhost,ip:127.0.0.1");
        return write(folder, name, store, "server");
    }

    /**
     * A certificate of an authority, with another one between them. All begin 10 days ago.
     *
     * @param authorityDays for which that of the authority is valid
     * @param serverDays for which that of the server is valid
     * @param names such as {@code dns:localhost,ip:127.0.0.1}
     */
    public static TestCertificate issued(Path folder, String name, int authorityDays, int serverDays, String names) {
        Path store = folder.resolve(name + ".p12");
        String[] issuer = {"-keyalg", "EC", "-startdate", "-10d", "-ext", "bc:c=ca:true", "-ext", "ku:c=keyCertSign"};
        generate(store, "authority", with(issuer, "-validity", String.valueOf(authorityDays)));
        generate(store, "between", with(issuer, "-validity", "30", "-signer", "authority"));
        generate(
                store,
                "server",
                "-keyalg",
                "EC",
                "-startdate",
                "-10d",
                "-validity",
                String.valueOf(serverDays),
                "-signer",
                "between",
                "-ext",
                "san=" + names);
        return write(folder, name, store, "authority");
    }

    public Map<String, String> settings() {
        return Map.of("http.tls.certificate", certificate.toString(), "http.tls.key", key.toString());
    }

    /** Trusts what a client has to trust, and no other. */
    public SSLContext trust() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("server", content);
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String[] with(String[] words, String... more) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static void generate(Path store, String alias, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                // It is short-lived: code that is compiled once is soonest done.
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit",
                "-alias",
                alias,
                "-dname",
                "CN=" + alias));
        command.addAll(List.of(more));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TestCertificate write(Path folder, String name, Path store, String trusted) {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD);
            }
            StringBuilder chain = new StringBuilder();
            for (Certificate certificate : keys.getCertificateChain("server")) {
                if (!certificate.equals(keys.getCertificate("authority"))) {
                    chain.append(pem("CERTIFICATE", certificate.getEncoded()));
                }
            }
            return new TestCertificate(
                    Files.writeString(folder.resolve(name + ".crt"), chain),
                    Files.writeString(
                            folder.resolve(name + ".key"),
                            pem("PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded())),
                    Files.writeString(
                            folder.resolve(name + "-authority.crt"),
                            pem("CERTIFICATE", keys.getCertificate(trusted).getEncoded())),
                    (X509Certificate) keys.getCertificate("server"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String kind, byte[] encoded) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(kind, Base64.getMimeEncoder().encodeToString(encoded), kind);
    }
}
