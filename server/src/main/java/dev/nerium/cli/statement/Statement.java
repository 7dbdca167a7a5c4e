package dev.nerium.cli.statement;

import dev.nerium.cli.statement.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * One statement of a text.
 *
 * @param text without the semicolon and the spaces around it
 * @param line number of its first line in the whole text, from 1
 */
public record Statement(String text, int line) {

    /** The statements of a text. The last one may lack its semicolon; comments alone are not a statement. */
    public static List<Statement> all(String text) {
        List<Statement> statements = new ArrayList<>();
        int start = 0;
        boolean empty = true;
        for (SqlToken token : SqlTokens.of(text)) {
            if (token.is(';', text)) {
                add(statements, text, start, token.start(), empty);
                start = token.end();
                empty = true;
            } else {
                empty &= token.kind() == Kind.COMMENT;
            }
        }
        add(statements, text, start, text.length(), empty);
        return statements;
    }

    /** Whether nothing but comments follows the last semicolon, so that the text can be executed as it is. */
    public static boolean isComplete(String text) {
        boolean complete = false;
        for (SqlToken token : SqlTokens.of(text)) {
            if (token.kind() == Kind.OPEN) {
                return false;
            }
            complete = token.is(';', text) || (complete && token.kind() == Kind.COMMENT);
        }
        return complete;
    }

    /** The first keyword in capitals; empty if the statement begins with something else. */
    public String firstWord() {
        return SqlTokens.of(text).stream()
                .filter(token -> token.kind() != Kind.COMMENT)
                .findFirst()
                .filter(token -> token.kind() == Kind.WORD)
                .map(token -> token.in(text).toUpperCase(Locale.ROOT))
                .orElse("");
    }

    /** The names of its parameters, and the numbers of those that are written as {@code ?}. */
    public Set<String> parameters() {
        Set<String> names = new TreeSet<>();
        int unnamed = 0;
        for (SqlToken token : SqlTokens.of(text)) {
            if (token.kind() == Kind.PLACEHOLDER) {
                String name = token.in(text).substring(1);
                names.add(name.isEmpty() ? String.valueOf(++unnamed) : name);
            }
        }
        return names;
    }

    private static void add(List<Statement> statements, String text, int start, int end, boolean empty) {
        if (!empty) {
            String piece = text.substring(start, end);
            int skipped = piece.length() - piece.stripLeading().length();
            int line = 1
                    + (int) text.substring(0, start + skipped)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            statements.add(new Statement(piece.strip(), line));
        }
    }
}
