package dev.nerium.auth.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The value of a session's cookie: 256 random bits, so that its SHA-256 can be stored without a salt.
 *
 * @param text never stored, logged or shown again
 */
public record SessionSecret(String text) {
    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    static SessionSecret create() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new SessionSecret(HexFormat.of().formatHex(bytes));
    }

    String hash() {
        return digest("");
    }

    /** The token against forged requests, which only a page that the server sent it to can send back. */
    public String csrfToken() {
        return digest("csrf:");
    }

    public boolean hasCsrfToken(String token) {
        return MessageDigest.isEqual(
                csrfToken().getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    private String digest(String prefix) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest((prefix + text).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "SessionSecret[…]";
    }
}
