package dev.nerium.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The text of a key: {@code nrm_<id>_<secret>}. Its secret has 256 random bits, so that its SHA-256 can be stored without a salt.
 *
 * @param secret never stored, logged or shown again
 */
record KeyText(String id, String secret) {
    private static final String PREFIX = "nrm_";
    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    static KeyText create() {
        return of(hex(ID_BYTES));
    }

    /** A new secret of a key. */
    static KeyText of(String id) {
        return new KeyText(id, hex(SECRET_BYTES));
    }

    static Optional<KeyText> parse(String text) {
        String[] parts = text.split("_", -1);
        return isKey(text) && parts.length == 3 ? Optional.of(new KeyText(parts[1], parts[2])) : Optional.empty();
    }

    /** Whether a text may be a key, which no message quotes. */
    static boolean isKey(String text) {
        return text.startsWith(PREFIX);
    }

    static boolean isId(String text) {
        return text.matches("[0-9a-f]{" + 2 * ID_BYTES + "}");
    }

    String text() {
        return PREFIX + id + "_" + secret;
    }

    String hash() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public String toString() {
        return "KeyText[id=" + id + "]";
    }
}
