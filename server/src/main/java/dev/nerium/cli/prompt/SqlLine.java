package dev.nerium.cli.prompt;

import dev.nerium.cli.statement.SqlToken;
import dev.nerium.cli.statement.SqlToken.Kind;
import dev.nerium.cli.statement.SqlTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.reader.CompletingParsedLine;

/**
 * The typed text, with the name at the cursor.
 *
 * @param statement the statement in which the cursor is
 * @param before its text before the name at the cursor
 * @param prefix the parts of the name before its last part, as typed, with their dots
 * @param part what is typed of the last part
 * @param isText whether the cursor is in a quoted text or a comment
 */
record SqlLine(String line, int cursor, String statement, String before, String prefix, String part, boolean isText)
        implements CompletingParsedLine {
    private static final Pattern NAME =
            Pattern.compile("((?:(?:[\\p{L}\\p{N}_@#$]+|\"(?:[^\"]|\"\")*\")\\.)*)(\"?[\\p{L}\\p{N}_@#$]*)$");
    private static final Pattern COMMAND = Pattern.compile("\\s*\\\\\\w*\\+?");
    private static final Pattern PART = Pattern.compile("([\\p{L}\\p{N}_@#$]+)\\.|\"((?:[^\"]|\"\")*)\"\\.");

    static SqlLine of(String line, int cursor) {
        int start = 0;
        int end = line.length();
        boolean isText = false;
        for (SqlToken token : SqlTokens.of(line)) {
            boolean separates = token.kind() == Kind.SYMBOL && token.in(line).equals(";");
            if (separates && token.end() <= cursor) {
                start = token.end();
            } else if (separates && end == line.length()) {
                end = token.start();
            }
            boolean isQuote = token.kind() == Kind.STRING || token.kind() == Kind.COMMENT || token.kind() == Kind.OPEN;
            boolean isName = token.kind() == Kind.OPEN && line.charAt(token.start()) == '"';
            boolean reaches = cursor < token.end() || (cursor == token.end() && !isClosed(token, line));
            isText |= isQuote && !isName && token.start() < cursor && reaches;
        }
        String typed = line.substring(start, cursor);
        Matcher command = COMMAND.matcher(typed);
        if (command.matches()) {
            return new SqlLine(line, cursor, typed, "", "", typed.strip(), false);
        }
        Matcher name = NAME.matcher(typed);
        // The last group may be empty, so the pattern is always found.
        String before = name.find() ? typed.substring(0, name.start()) : typed;
        return new SqlLine(line, cursor, line.substring(start, end), before, name.group(1), name.group(2), isText);
    }

    /** A comment to the end of the line, and a quote without an end, go on. */
    private static boolean isClosed(SqlToken token, String line) {
        return token.kind() == Kind.STRING || (token.kind() == Kind.COMMENT && line.startsWith("/*", token.start()));
    }

    /** Whether the name of one of the prompt's own commands is typed. */
    boolean isCommand() {
        return part.startsWith("\\");
    }

    /** Whether an argument of a command is typed. */
    boolean isArgument() {
        return before.stripLeading().startsWith("\\");
    }

    /** The parts before the last one, without quotes. */
    List<String> qualifier() {
        List<String> parts = new ArrayList<>();
        for (Matcher each = PART.matcher(prefix); each.find(); ) {
            parts.add(each.group(1) == null ? each.group(2).replace("\"\"", "\"") : each.group(1));
        }
        return parts;
    }

    @Override
    public String word() {
        return prefix + part;
    }

    @Override
    public int wordCursor() {
        return word().length();
    }

    @Override
    public int wordIndex() {
        return 0;
    }

    @Override
    public List<String> words() {
        return List.of(word());
    }

    /** Candidates have the quotes that they need. */
    @Override
    public CharSequence escape(CharSequence candidate, boolean complete) {
        return candidate;
    }

    @Override
    public int rawWordCursor() {
        return wordCursor();
    }

    @Override
    public int rawWordLength() {
        return wordCursor();
    }
}
