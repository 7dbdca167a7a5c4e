package dev.nerium.cli.statement;

import dev.nerium.cli.statement.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;

/** Splits a text of SQL into tokens as the server does. No text is an error. */
public final class SqlTokens {
    private final String text;
    private final List<SqlToken> tokens = new ArrayList<>();
    private int at;

    private SqlTokens(String text) {
        this.text = text;
    }

    public static List<SqlToken> of(String text) {
        SqlTokens reader = new SqlTokens(text);
        while (reader.at < text.length()) {
            if (Character.isWhitespace(text.charAt(reader.at))) {
                reader.at++;
            } else {
                reader.read();
            }
        }
        return reader.tokens;
    }

    private void read() {
        char first = text.charAt(at);
        if (startsWith("--")) {
            add(Kind.COMMENT, endOfLine());
        } else if (startsWith("/*")) {
            addClosed(Kind.COMMENT, endOfComment());
        } else if (startsWithEscapes()) {
            addClosed(Kind.STRING, endOfEscapes());
        } else if (first == '\'') {
            addClosed(Kind.STRING, endOfQuote(first));
        } else if (first == '"' || first == '`') {
            addClosed(Kind.QUOTED, endOfQuote(first));
        } else if (startsWord(first)) {
            add(Kind.WORD, endOfWord(at + 1));
        } else if (Character.isDigit(first)) {
            add(Kind.NUMBER, endOfNumber());
        } else if (first == '$') {
            dollar();
        } else if (first == ':' && at + 1 < text.length() && startsWord(text.charAt(at + 1))) {
            add(Kind.PLACEHOLDER, endOfWord(at + 1));
        } else if (first == '?') {
            add(Kind.PLACEHOLDER, at + 1);
        } else {
            add(Kind.SYMBOL, startsWith("::") ? at + 2 : at + Character.charCount(text.codePointAt(at)));
        }
    }

    private void add(Kind kind, int end) {
        tokens.add(new SqlToken(kind, at, end));
        at = end;
    }

    /** @param end negative if it has none */
    private void addClosed(Kind kind, int end) {
        add(end < 0 ? Kind.OPEN : kind, end < 0 ? text.length() : end);
    }

    private int endOfLine() {
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end;
    }

    /** Comments may be nested. */
    private int endOfComment() {
        int depth = 0;
        for (int i = at; i + 1 < text.length(); i++) {
            if (text.startsWith("/*", i)) {
                depth++;
                i++;
            } else if (text.startsWith("*/", i)) {
                depth--;
                i++;
            }
            if (depth == 0) {
                return i + 1;
            }
        }
        return -1;
    }

    /** A quote within is written twice. */
    private int endOfQuote(char quote) {
        for (int i = at + 1; i < text.length(); i++) {
            if (text.charAt(i) == quote) {
                if (i + 1 == text.length() || text.charAt(i + 1) != quote) {
                    return i + 1;
                }
                i++;
            }
        }
        return -1;
    }

    /** {@code E'...'}. */
    private boolean startsWithEscapes() {
        return startsWith("E'") || startsWith("e'");
    }

    private int endOfEscapes() {
        for (int i = at + 2; i < text.length(); i++) {
            char next = text.charAt(i);
            boolean isPair = next == '\'' && i + 1 < text.length() && text.charAt(i + 1) == '\'';
            if (next == '\\' || isPair) {
                i++;
            } else if (next == '\'') {
                return i + 1;
            }
        }
        return -1;
    }

    /** {@code $name}, or a text between {@code $$} and {@code $$}, or between {@code $tag$} and {@code $tag$}. */
    private void dollar() {
        int end = endOfTag(at + 1);
        if (end < text.length() && text.charAt(end) == '$') {
            String quote = text.substring(at, end + 1);
            int close = text.indexOf(quote, end + 1);
            addClosed(Kind.STRING, close < 0 ? -1 : close + quote.length());
        } else {
            add(end == at + 1 ? Kind.SYMBOL : Kind.PLACEHOLDER, end);
        }
    }

    private int endOfTag(int from) {
        int end = from;
        while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        return end;
    }

    private int endOfNumber() {
        int end = at;
        while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '.')) {
            end++;
        }
        return end;
    }

    private static boolean startsWord(char first) {
        return Character.isLetter(first)
                || Character.isSurrogate(first)
                || first == '_'
                || first == '@'
                || first == '#';
    }

    private int endOfWord(int from) {
        int end = from;
        while (end < text.length() && isWordPart(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isWordPart(char part) {
        return startsWord(part)
                || Character.isDigit(part)
                || part == '$'
                || Character.getType(part) == Character.NON_SPACING_MARK;
    }

    private boolean startsWith(String prefix) {
        return text.startsWith(prefix, at);
    }
}
