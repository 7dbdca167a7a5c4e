package dev.nerium.error;

import java.util.regex.Pattern;

/** Text that strangers wrote, made harmless for who reads it. */
public final class PlainText {
    /** Control characters, half characters, and what turns the direction of text. */
    private static final Pattern ACTING = Pattern.compile("[\\p{Cc}\\p{Cs}\\u202a-\\u202e\\u2066-\\u2069&&[^\\n\\t]]");

    private static final String VISIBLE = "\uFFFD";

    private PlainText() {}

    /** The text, with what would act on a terminal rather than be read made visible. */
    public static String of(String text) {
        return ACTING.matcher(text).replaceAll(VISIBLE);
    }

    /** The same, of a text that goes on without end only the beginning. */
    public static String of(String text, int limit) {
        return of(text.length() > limit ? text.substring(0, limit) + "…" : text);
    }
}
