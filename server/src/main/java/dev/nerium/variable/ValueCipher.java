package dev.nerium.variable;

import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts values with AES-256-GCM, each with a nonce of its own, and bound to the variable that it belongs to. The key is a file
 * outside of the database. Thread-safe.
 */
final class ValueCipher {
    private static final String TRANSFORMATION = "AES/GCM/NoPadding";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int PRINT_DIGITS = 16;

    private final SecretKeySpec key;
    private final String print;
    private final SecureRandom random = new SecureRandom();

    private ValueCipher(byte[] key) throws GeneralSecurityException {
        this.key = new SecretKeySpec(key, "AES");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
        this.print = HexFormat.of().formatHex(digest).substring(0, PRINT_DIGITS);
    }

    /** The cipher with the key of the configured file, or of a file in the home, which is created. */
    static ValueCipher open(NeriumConfig config) {
        String configured = config.store().encryptionKeyFile();
        Path file = configured.isEmpty() ? config.home().resolve("variables.key") : Path.of(configured);
        try {
            if (configured.isEmpty() && !Files.exists(file)) {
                create(file);
            }
            return new ValueCipher(read(file));
        } catch (IOException e) {
            throw new ConfigException(
                    "The key of environment variables can't be read from " + file
                            + ": check that the file exists (store.encryption-key-file), and that the server's account can read it");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Identifies the key, and does not show it. */
    String print() {
        return print;
    }

    /**
     * Returns the nonce and the encrypted value, in base64.
     *
     * @param owner the variable, without which the value can't be decrypted
     */
    String encrypt(String value, String owner) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, owner).doFinal(value.getBytes(StandardCharsets.UTF_8));
            byte[] stored = ByteBuffer.allocate(nonce.length + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return Base64.getEncoder().encodeToString(stored);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the value in UTF-8. Fails if it was encrypted with another key or for another variable, or was changed since. */
    byte[] decrypt(String stored, String owner) throws GeneralSecurityException {
        byte[] bytes = bytes(stored);
        if (bytes.length <= NONCE_BYTES) {
            throw new GeneralSecurityException("the value is cut");
        }
        byte[] nonce = Arrays.copyOf(bytes, NONCE_BYTES);
        return cipher(Cipher.DECRYPT_MODE, nonce, owner).doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
    }

    private static byte[] bytes(String stored) throws GeneralSecurityException {
        try {
            return Base64.getDecoder().decode(stored);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the value is not base64", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String owner) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(TRANSFORMATION);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static byte[] read(Path file) throws IOException {
        String text = Files.readString(file).strip();
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            if (bytes.length == KEY_BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // The message below must not have a part of the key.
        }
        throw new ConfigException("The file " + file + " has no key: expected 32 random bytes in base64, as"
                + " 'head -c 32 /dev/urandom | base64' prints them");
    }

    /** The file has the whole key as soon as it has its name, also if another process creates it at the same time. */
    private static void create(Path file) throws IOException {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        Path draft = Files.createTempFile(
                file.getParent(),
                "variables",
                ".key",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(draft, Base64.getEncoder().encodeToString(bytes) + "\n");
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            // The other process was first, and its key is as good.
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
