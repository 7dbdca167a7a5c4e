package dev.nerium.cli.statement;

import dev.nerium.cli.statement.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * A name of one or several parts with dots between them.
 *
 * @param parts without quotes
 * @param end index of the first token behind it
 */
public record NameChain(List<String> parts, int end) {
    public NameChain {
        parts = List.copyOf(parts);
    }

    /** Reads the name that begins at a token; it has no parts if there is none. */
    static NameChain at(List<SqlToken> tokens, int index, String text) {
        List<String> parts = new ArrayList<>();
        int at = index;
        while (at < tokens.size() && isName(tokens.get(at))) {
            parts.add(value(tokens.get(at), text));
            at++;
            if (at >= tokens.size() || !tokens.get(at).is('.', text)) {
                break;
            }
            at++;
        }
        return new NameChain(parts, at);
    }

    static boolean isName(SqlToken token) {
        return token.kind() == Kind.WORD || token.kind() == Kind.QUOTED;
    }

    /** A name without its quotes. */
    static String value(SqlToken token, String text) {
        String part = token.in(text);
        if (token.kind() != Kind.QUOTED) {
            return part;
        }
        String quote = part.substring(0, 1);
        return part.substring(1, part.length() - 1).replace(quote + quote, quote);
    }
}
