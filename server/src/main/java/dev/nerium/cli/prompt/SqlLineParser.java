package dev.nerium.cli.prompt;

import dev.nerium.cli.statement.Statement;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/** Decides whether Enter ends the input: behind a semicolon, or if it is one of the prompt's own commands. */
final class SqlLineParser implements Parser {
    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        if (context == ParseContext.ACCEPT_LINE && !isComplete(line)) {
            throw new EOFError(-1, -1, "the statement has no semicolon yet");
        }
        return SqlLine.of(line, Math.clamp(cursor, 0, line.length()));
    }

    private static boolean isComplete(String line) {
        return Statement.all(line).isEmpty() || PromptCommand.isOne(line) || Statement.isComplete(line);
    }
}
