package dev.nerium.cli.statement;

/**
 * A part of a text of SQL; spaces are not tokens.
 *
 * @param start index of its first character
 * @param end index behind its last character
 */
public record SqlToken(Kind kind, int start, int end) {
    /** The kinds of tokens. */
    public enum Kind {
        /** A keyword, or a name without quotes. */
        WORD,
        /** A name in double quotes or backticks. */
        QUOTED,
        /** A text in single quotes, or between dollar signs. */
        STRING,
        NUMBER,
        /** {@code $name}, {@code :name} or {@code ?}. */
        PLACEHOLDER,
        SYMBOL,
        COMMENT,
        /** A quote or a comment without an end. */
        OPEN
    }

    public String in(String text) {
        return text.substring(start, end);
    }

    boolean is(char symbol, String text) {
        return kind == Kind.SYMBOL && end == start + 1 && text.charAt(start) == symbol;
    }
}
