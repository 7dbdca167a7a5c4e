package dev.nerium.lake;

import dev.nerium.error.NeriumException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A table's full name: {@code catalog.namespace.table}, its parts quoted where they need it. */
public record TableName(String catalog, String namespace, String table) {
    /** Names become folders of the warehouse, which file systems limit to 255 bytes. */
    private static final int MAX_BYTES = 200;

    /**
     * Reads {@code namespace.table} or {@code catalog.namespace.table} as a user wrote it. A part with a dot, space,
     * {@code @} or {@code $} is double-quoted, {@code ""} inside stands for one quote.
     *
     * @param field the request's field, for the message
     * @param catalog the catalog of the request
     */
    public static TableName parse(String text, String field, String catalog) {
        List<String> parts = parts(text, field);
        if (parts.size() == 2) {
            return new TableName(catalog, parts.get(0), parts.get(1));
        }
        if (parts.size() != 3) {
            throw malformed(text, field, "it has " + parts.size() + (parts.size() == 1 ? " part" : " parts"));
        }
        return new TableName(parts.get(0), parts.get(1), parts.get(2));
    }

    /** {@code namespace.table}, as the API shows it. */
    public String local() {
        return quote(namespace) + "." + quote(table);
    }

    @Override
    public String toString() {
        return quote(catalog) + "." + local();
    }

    private static List<String> parts(String text, String field) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        do {
            int end = at < text.length() && text.charAt(at) == '"' ? quoted(text, at, field) : plain(text, at, field);
            String part = text.substring(at, end);
            parts.add(
                    part.startsWith("\"") ? part.substring(1, part.length() - 1).replace("\"\"", "\"") : part);
            if (parts.getLast().isEmpty()) {
                throw malformed(text, field, "part " + parts.size() + " is empty");
            }
            if (parts.getLast().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
                throw malformed(text, field, "part " + parts.size() + " is longer than " + MAX_BYTES + " bytes");
            }
            if (parts.getLast().chars().anyMatch(c -> c < ' ' || c == '/' || c == 0x7f || c == 0xFFFD)
                    || !StandardCharsets.UTF_8.newEncoder().canEncode(parts.getLast())
                    || parts.getLast().matches("\\.+")) {
                throw malformed(
                        text, field, "part " + parts.size() + " has a character that no name may have, or only dots");
            }
            if (end < text.length() && text.charAt(end) != '.') {
                throw malformed(text, field, "'" + text.charAt(end) + "' stands where a dot or the end was expected");
            }
            at = end + 1;
        } while (at <= text.length());
        return parts;
    }

    private static int quoted(String text, int start, String field) {
        for (int i = start + 1; i < text.length(); i++) {
            if (text.charAt(i) == '"') {
                if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    i++;
                } else {
                    return i + 1;
                }
            }
        }
        throw malformed(text, field, "a quote is not closed");
    }

    private static int plain(String text, int start, String field) {
        int end = start;
        while (end < text.length() && text.charAt(end) != '.') {
            char c = text.charAt(end);
            if (c == '@' || c == '$') {
                throw malformed(
                        text, field, "time travel (@) and metadata tables ($) are not supported by this version");
            }
            if (c == ' ' || c == '"') {
                throw malformed(text, field, "a part with a space or a quote must be double-quoted");
            }
            end++;
        }
        return end;
    }

    private static NeriumException malformed(String text, String field, String why) {
        String shown = text.length() > MAX_BYTES ? text.substring(0, 60) + "…" : text;
        return NeriumException.invalid("%s is '%s': expected namespace.table or catalog.namespace.table, but %s."
                .formatted(field, shown, why));
    }

    private static String quote(String part) {
        return part.chars().anyMatch(c -> c == '.' || c == ' ' || c == '@' || c == '$' || c == '"')
                ? '"' + part.replace("\"", "\"\"") + '"'
                : part;
    }
}
