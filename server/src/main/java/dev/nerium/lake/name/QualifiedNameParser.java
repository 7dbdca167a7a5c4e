package dev.nerium.lake.name;

import dev.nerium.error.NeriumException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A dotted name as a user wrote it, taken apart.
 *
 * @param text all of it
 * @param field the request's field, for the messages
 * @param parts without their quotes
 * @param rest what follows the last part: empty, or text that begins with an unquoted {@code @} or {@code $}
 */
public record QualifiedNameParser(String text, String field, List<String> parts, String rest) {
    /** Names become folders of the warehouse, which file systems limit to 255 bytes. */
    private static final int MAX_BYTES = 200;

    public QualifiedNameParser {
        parts = List.copyOf(parts);
    }

    static QualifiedNameParser parse(String text, String field) {
        QualifiedNameParser whole = new QualifiedNameParser(text, field, List.of(), text);
        List<String> parts = new ArrayList<>();
        int at = 0;
        while (true) {
            int end = whole.end(at);
            parts.add(unquoted(text.substring(at, end)));
            whole.check(parts.getLast(), parts.size());
            if (end == text.length() || text.charAt(end) == '@' || text.charAt(end) == '$') {
                return new QualifiedNameParser(text, field, parts, text.substring(end));
            }
            if (text.charAt(end) != '.') {
                throw whole.malformed("'" + text.charAt(end) + "' is where a dot or the end was expected");
            }
            at = end + 1;
        }
    }

    static String unquoted(String part) {
        return part.startsWith("\"") ? part.substring(1, part.length() - 1).replace("\"\"", "\"") : part;
    }

    NeriumException malformed(String why) {
        String shown = text.length() > MAX_BYTES ? text.substring(0, 60) + "…" : text;
        return NeriumException.invalid("%s is '%s': expected namespace.table or catalog.namespace.table, but %s."
                .formatted(field, shown, why));
    }

    private int end(int start) {
        return start < text.length() && text.charAt(start) == '"' ? quotedEnd(start) : plainEnd(start);
    }

    private int quotedEnd(int start) {
        for (int i = start + 1; i < text.length(); i++) {
            if (text.charAt(i) == '"') {
                if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    i++;
                } else {
                    return i + 1;
                }
            }
        }
        throw malformed("a quote is not closed");
    }

    private int plainEnd(int start) {
        int end = start;
        while (end < text.length() && ".@$".indexOf(text.charAt(end)) < 0) {
            if (text.charAt(end) == ' ' || text.charAt(end) == '"') {
                throw malformed("a part with a space or a quote must be double-quoted");
            }
            end++;
        }
        return end;
    }

    private void check(String part, int number) {
        flaw(part).ifPresent(flaw -> {
            throw malformed("part " + number + " " + flaw);
        });
    }

    /** Fails unless the text can be a part of a name. */
    public static void requirePart(String part) {
        flaw(part).ifPresent(flaw -> {
            throw NeriumException.invalid("The name '%s' can't be used: it %s.".formatted(part, flaw));
        });
    }

    private static Optional<String> flaw(String part) {
        if (part.isEmpty()) {
            return Optional.of("is empty");
        }
        if (part.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return Optional.of("is longer than " + MAX_BYTES + " bytes");
        }
        if (part.chars().anyMatch(c -> c < ' ' || c == '/' || c == 0x7f || c == 0xFFFD)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(part)
                || part.matches("\\.+")) {
            return Optional.of("has a character that no name may have, or only dots");
        }
        return Optional.empty();
    }
}
