package dev.nerium.cli.statement;

/** A part of a statement that an option gives. */
public final class SqlPhrase {
    private SqlPhrase() {}

    /** Whether a text stays one element of a list: it ends what it begins, and has no comma, semicolon or comment of its own. */
    public static boolean isOne(String text) {
        int depth = 0;
        boolean empty = true;
        for (SqlToken token : SqlTokens.of(text)) {
            String part = token.in(text);
            switch (token.kind()) {
                case COMMENT, OPEN -> {
                    return false;
                }
                case SYMBOL -> {
                    depth += "([{<".contains(part) ? 1 : ")]}>".contains(part) ? -1 : 0;
                    if (depth < 0 || part.equals(";") || (depth == 0 && part.equals(","))) {
                        return false;
                    }
                }
                case WORD, QUOTED, STRING, NUMBER, PLACEHOLDER -> {}
            }
            empty = false;
        }
        return depth == 0 && !empty;
    }
}
