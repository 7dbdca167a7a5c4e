package dev.nerium.cli.statement;

import dev.nerium.cli.statement.SqlToken.Kind;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place in a statement that a message of the server is about.
 *
 * @param line from 1
 * @param column from 1, in characters; 0 if only the line is known
 */
public record Place(int line, int column) {
    private static final Pattern EXACT = Pattern.compile("\\bline (\\d{1,9}), column (\\d{1,9})");
    private static final Pattern LINE = Pattern.compile("^Line (\\d{1,9}): (?:found '(.+?)')?");
    private static final Pattern NAME = Pattern.compile("'([^']+)'|\\b(\\w+)\\(\\)");

    /** By the position in the message, else by the name in it, if the statement has that name once. */
    public static Optional<Place> find(String message, String statement) {
        Matcher exact = EXACT.matcher(message);
        if (exact.find()) {
            return Optional.of(new Place(Integer.parseInt(exact.group(1)), Integer.parseInt(exact.group(2))))
                    .filter(place -> place.isIn(statement));
        }
        Matcher line = LINE.matcher(message);
        if (line.find()) {
            Place place = new Place(Integer.parseInt(line.group(1)), 0);
            Optional<Place> found = Optional.ofNullable(line.group(2)).flatMap(text -> only(text, statement));
            return found.filter(exactly -> exactly.line == place.line)
                    .or(() -> Optional.of(place))
                    .filter(known -> known.isIn(statement));
        }
        Matcher name = NAME.matcher(message);
        return name.find() ? only(name.group(1) == null ? name.group(2) : name.group(1), statement) : Optional.empty();
    }

    /** The text of its line. */
    public String lineOf(String statement) {
        return lines(statement)[line - 1];
    }

    private boolean isIn(String statement) {
        String[] lines = lines(statement);
        return line >= 1 && line <= lines.length && column <= lines[line - 1].length() + 1;
    }

    private static String[] lines(String statement) {
        return statement.split("\n", -1);
    }

    private static Optional<Place> only(String name, String statement) {
        List<SqlToken> found = SqlTokens.of(statement).stream()
                .filter(token -> token.kind() != Kind.COMMENT && names(token, name, statement))
                .toList();
        return found.size() == 1 ? Optional.of(at(found.getFirst().start(), statement)) : Optional.empty();
    }

    private static boolean names(SqlToken token, String name, String statement) {
        String text = token.in(statement);
        return token.kind() == Kind.QUOTED
                ? text.substring(1, text.length() - 1).equals(name)
                : text.equalsIgnoreCase(name);
    }

    private static Place at(int index, String statement) {
        String before = statement.substring(0, index);
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        return new Place(line, before.codePointCount(before.lastIndexOf('\n') + 1, index) + 1);
    }
}
