package dev.nerium.cli.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Texts in the path or the query of a URL. */
public final class UrlPart {
    private UrlPart() {}

    /** Writes a text with escapes for all characters that mean something in a URL. */
    public static String of(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
