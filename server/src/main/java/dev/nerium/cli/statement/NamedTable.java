package dev.nerium.cli.statement;

import dev.nerium.cli.statement.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A table that a statement names.
 *
 * @param parts of its name, from one to three
 * @param alias by which its columns are qualified, if it has one
 */
public record NamedTable(List<String> parts, Optional<String> alias) {
    /** Words before the name of a table. */
    private static final Set<String> BEFORE = Set.of(
            "FROM",
            "JOIN",
            "INTO",
            "UPDATE",
            "TABLE",
            "USING",
            "DESCRIBE",
            "DESC",
            "EXTENDED",
            "SUMMARIZE",
            "TRUNCATE",
            "OVERWRITE",
            "EXISTS",
            "VIEW",
            "COLUMNS",
            "PARTITIONS",
            "TBLPROPERTIES");

    /** Words that follow the name of a table and are not an alias. */
    private static final Set<String> BEHIND = Set.of(
            "ADD",
            "ALTER",
            "AND",
            "ANTI",
            "AS",
            "COMMENT",
            "CREATE",
            "CROSS",
            "DROP",
            "EXCEPT",
            "FOR",
            "FULL",
            "GROUP",
            "HAVING",
            "INNER",
            "INTERSECT",
            "JOIN",
            "LATERAL",
            "LEFT",
            "LIMIT",
            "NATURAL",
            "OFFSET",
            "ON",
            "ORDER",
            "PARTITIONED",
            "PURGE",
            "QUALIFY",
            "RENAME",
            "REPLACE",
            "RIGHT",
            "SELECT",
            "SEMI",
            "SET",
            "SORTED",
            "TBLPROPERTIES",
            "UNION",
            "UNSET",
            "USING",
            "VALUES",
            "WHEN",
            "WHERE",
            "WINDOW",
            "WITH",
            "WRITE");

    public NamedTable {
        parts = List.copyOf(parts);
    }

    /** The tables of a statement, in its order. Names of common table expressions are among them. */
    public static List<NamedTable> all(String statement) {
        List<SqlToken> tokens = withoutComments(statement);
        List<NamedTable> tables = new ArrayList<>();
        int at = 0;
        while (at < tokens.size()) {
            if (introduces(tokens, at, statement)) {
                NameChain name = NameChain.at(tokens, at + 1, statement);
                boolean isTable =
                        !name.parts().isEmpty() && name.parts().size() <= 3 && !isWord(tokens, at + 1, statement);
                if (isTable) {
                    tables.add(new NamedTable(name.parts(), alias(tokens, name.end(), statement)));
                }
                at = Math.max(at + 1, isTable ? name.end() : at + 1);
            } else {
                at++;
            }
        }
        return tables;
    }

    /** Whether the name of a table belongs behind the end of a text. */
    public static boolean belongsBehind(String text) {
        List<SqlToken> tokens = withoutComments(text);
        return !tokens.isEmpty() && introduces(tokens, tokens.size() - 1, text);
    }

    private static List<SqlToken> withoutComments(String text) {
        return SqlTokens.of(text).stream()
                .filter(token -> token.kind() != Kind.COMMENT)
                .toList();
    }

    /** By the word, or by the comma in a list of tables behind FROM. */
    private static boolean introduces(List<SqlToken> tokens, int at, String text) {
        SqlToken token = tokens.get(at);
        if (token.kind() == Kind.WORD) {
            return BEFORE.contains(upper(token, text));
        }
        return token.is(',', text) && clauseOf(tokens, at, text).equals("FROM");
    }

    /** The word that begins the list in which a comma is; empty if there is none. */
    private static String clauseOf(List<SqlToken> tokens, int comma, String text) {
        int depth = 0;
        for (int i = comma - 1; i >= 0; i--) {
            SqlToken token = tokens.get(i);
            if (token.is(')', text)) {
                depth++;
            } else if (token.is('(', text) && --depth < 0) {
                return "";
            } else if (depth == 0 && token.kind() == Kind.WORD) {
                String word = upper(token, text);
                if (word.equals("FROM") || (BEHIND.contains(word) && !word.equals("AS"))) {
                    return word;
                }
            }
        }
        return "";
    }

    private static Optional<String> alias(List<SqlToken> tokens, int at, String text) {
        int name = at < tokens.size() && upper(tokens.get(at), text).equals("AS") ? at + 1 : at;
        return name < tokens.size() && NameChain.isName(tokens.get(name)) && !isWord(tokens, name, text)
                ? Optional.of(NameChain.value(tokens.get(name), text))
                : Optional.empty();
    }

    /** Whether a token is a word of the statement where a name could be. */
    private static boolean isWord(List<SqlToken> tokens, int at, String text) {
        SqlToken token = tokens.get(at);
        String word = token.kind() == Kind.WORD ? upper(token, text) : "";
        return BEHIND.contains(word) || BEFORE.contains(word) || word.equals("IF");
    }

    private static String upper(SqlToken token, String text) {
        return token.in(text).toUpperCase(Locale.ROOT);
    }
}
