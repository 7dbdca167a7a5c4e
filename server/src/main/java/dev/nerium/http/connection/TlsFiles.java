package dev.nerium.http.connection;

import dev.nerium.config.ConfigException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The two files of a certificate, as they were at one time. No message has a part of the key.
 *
 * @param chain text of the certificates
 * @param key text of the private key
 */
record TlsFiles(Path certificateFile, Path keyFile, String chain, String key) {
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    /** Sessions in memory of clients that can't keep them themselves, as tickets. Java's own limit is 20,480. */
    private static final int MOST_SESSIONS = 1_000;

    static TlsFiles read(Path certificateFile, Path keyFile) {
        return new TlsFiles(
                certificateFile, keyFile, read("http.tls.certificate", certificateFile), read("http.tls.key", keyFile));
    }

    boolean isSame(TlsFiles other) {
        return chain.equals(other.chain) && key.equals(other.key);
    }

    /** Fails with a message that names the setting, if the files are not a certificate and its key. */
    SSLContext context() {
        List<X509Certificate> certificates = certificates();
        PrivateKey privateKey = privateKey();
        requirePair(certificates.getFirst().getPublicKey(), privateKey);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", privateKey, new char[0], certificates.toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            context.getServerSessionContext().setSessionCacheSize(MOST_SESSIONS);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new ConfigException("http.tls.certificate is '" + certificateFile
                    + "', whose certificates are not a chain: put the server's own first, then that of its issuer");
        }
    }

    /** When the server's certificate expires. */
    Instant end() {
        return certificates().getFirst().getNotAfter().toInstant();
    }

    private List<X509Certificate> certificates() {
        try {
            List<X509Certificate> certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(chain.getBytes(StandardCharsets.ISO_8859_1)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (CertificateException e) {
            // Reported below, without the library's text.
        }
        throw new ConfigException("http.tls.certificate is '" + certificateFile
                + "', which can't be read: expected one or more certificates in PEM (-----BEGIN CERTIFICATE-----)");
    }

    private PrivateKey privateKey() {
        Matcher matcher = PRIVATE_KEY.matcher(key);
        if (!matcher.find()) {
            Matcher other = OTHER_KEY.matcher(key);
            throw wrongKey(other.find() ? "is of the kind " + other.group(1) : "has no private key");
        }
        byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException e) {
                // It may be one of the next algorithm.
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
        throw wrongKey("has a key that is neither RSA, EC nor Ed25519, or is damaged");
    }

    private ConfigException wrongKey(String what) {
        return new ConfigException(
                "http.tls.key is '" + keyFile + "', which " + what
                        + ": expected -----BEGIN PRIVATE KEY----- (PKCS#8 without a password, as 'openssl pkcs8 -topk8 -nocrypt' writes it)");
    }

    private void requirePair(PublicKey publicKey, PrivateKey privateKey) {
        String algorithm =
                switch (privateKey.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> "EdDSA";
                };
        byte[] message = "pair".getBytes(StandardCharsets.US_ASCII);
        boolean isPair;
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(privateKey);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(message);
            isPair = signature.verify(signed);
        } catch (GeneralSecurityException e) {
            isPair = false;
        }
        if (!isPair) {
            throw new ConfigException(
                    "http.tls.key is '" + keyFile + "', which is not the key of the first certificate in '"
                            + certificateFile + "' (http.tls.certificate)");
        }
    }

    private static String read(String setting, Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new ConfigException(
                    "%s is '%s', which can't be read: check that the file exists and that the server's account can read it"
                            .formatted(setting, file));
        }
    }

    @Override
    public String toString() {
        return "TlsFiles[certificate=" + certificateFile + "]";
    }
}
